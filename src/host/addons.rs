//! What the first control plane applies, in order.

use super::{Part, Site, calico};
use crate::bake::ImageRecord;
use crate::cluster::PodNetworking;
use crate::error::Fault;
use crate::node::configuration::{Addon, COMPONENTS};

const CALICO: &str = "calico";
/// Calico's manifests in an image: the definitions of its resources are a file of their own since 3.30,
/// and come first, by name too.
const CALICO_MANIFESTS: [&str; 2] = ["operator-crds.yaml", "tigera-operator.yaml"];

/// The definition's addons; the pods' network is the first of them, since the others' pods need it.
pub fn of(site: &Site, part: &Part) -> Result<Vec<Addon>, Fault> {
    let Some(host) = part.host().filter(|_| part.is_first()) else { return Ok(Vec::new()) };
    let calico = site.cluster().network == PodNetworking::Calico;
    let network = calico.then(|| calico_addon(site, &host.name)).transpose()?;
    let others = site.cluster().addons.iter().filter(|name| !calico || *name != CALICO);
    network.into_iter().map(Ok).chain(others.map(|name| addon(site, name))).collect()
}

fn calico_addon(site: &Site, host: &str) -> Result<Addon, Fault> {
    let mut calico = addon(site, CALICO)?;
    calico.manifests.push(path(calico::FILE));
    calico.wait = vec![vec!["--for=condition=Ready".to_owned(), format!("node/{host}")]];
    Ok(calico)
}

fn addon(site: &Site, name: &str) -> Result<Addon, Fault> {
    let manifests = manifests(site.scope.image, name)?.into_iter().map(path).collect();
    Ok(Addon { name: name.to_owned(), manifests, wait: Vec::new() })
}

/// File names of what `image` has of `addon`, in the order in which they are applied: Calico's own, or `NAME.yaml`
/// and all of `NAME/`.
///
/// # Errors
/// If it has none.
pub fn manifests<'a>(image: &'a ImageRecord, addon: &str) -> Result<Vec<&'a str>, Fault> {
    let (file, folder) = (format!("{addon}.yaml"), format!("{addon}/"));
    let calico = addon == CALICO;
    let own = |name: &&str| {
        if calico { CALICO_MANIFESTS.contains(name) } else { *name == file || name.starts_with(&folder) }
    };
    let needed = if calico { CALICO_MANIFESTS[1] } else { &file };
    let found: Vec<&str> = image.manifests.keys().map(String::as_str).filter(own).collect();
    if found.is_empty() || (calico && !found.contains(&needed)) {
        return Err(missing(&image.name, addon, needed));
    }
    Ok(found)
}

fn path(manifest: &str) -> String {
    format!("{COMPONENTS}/{manifest}")
}

fn missing(image: &str, addon: &str, file: &str) -> Fault {
    Fault::input(format!("image `{image}` has no manifest `{file}` for addon `{addon}`"))
        .hint("add it to `manifests` of the image's definition, or remove the addon")
}
