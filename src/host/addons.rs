//! What the first control plane applies, in order.

use super::{Part, Site, calico};
use crate::cluster::PodNetworking;
use crate::error::Fault;
use crate::node::configuration::{Addon, COMPONENTS};

const CALICO: &str = "calico";
/// Calico's manifests in an image: the definitions of its resources are a file of their own since 3.30.
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
    let baked = CALICO_MANIFESTS.into_iter().filter(|name| site.scope.image.manifests.contains_key(*name));
    let mut manifests: Vec<String> = baked.map(path).collect();
    if !site.scope.image.manifests.contains_key(CALICO_MANIFESTS[1]) {
        return Err(missing(site, CALICO, CALICO_MANIFESTS[1]));
    }
    manifests.push(path(calico::FILE));
    let wait = ["--for=condition=Ready".to_owned(), format!("node/{host}")];
    Ok(Addon { name: CALICO.to_owned(), manifests, wait: vec![wait.into()] })
}

/// `NAME.yaml`, or all of `NAME/`.
fn addon(site: &Site, name: &str) -> Result<Addon, Fault> {
    let (file, folder) = (format!("{name}.yaml"), format!("{name}/"));
    let baked = site.scope.image.manifests.keys();
    let own = baked.filter(|manifest| **manifest == file || manifest.starts_with(&folder));
    let manifests: Vec<String> = own.map(|manifest| path(manifest)).collect();
    if manifests.is_empty() {
        return Err(missing(site, name, &file));
    }
    Ok(Addon { name: name.to_owned(), manifests, wait: Vec::new() })
}

fn path(manifest: &str) -> String {
    format!("{COMPONENTS}/{manifest}")
}

fn missing(site: &Site, addon: &str, file: &str) -> Fault {
    let image = &site.scope.image.name;
    Fault::input(format!("image `{image}` has no manifest `{file}` for addon `{addon}`"))
        .hint("add it to `manifests` of the image's definition, or remove the addon")
}
