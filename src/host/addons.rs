//! What the first control plane applies, in order.

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::addon::render::{self, Variables};
use crate::addon::{AddonRecord, RecordedManifest, ordered};
use crate::bake::ImageRecord;
use crate::cluster::{Cluster, Host, PodNetworking};
use crate::error::Fault;
use crate::node::configuration::{Addon, COMPONENTS};

const CALICO: &str = "calico";

/// The cluster's addons, ordered; the pods' network is the first of them, since the others' pods need it.
pub fn of(site: &Site, part: &Part) -> Result<Vec<Addon>> {
    let Some(host) = part.host().filter(|_| part.is_first()) else { return Ok(Vec::new()) };
    let variables = variables(site.cluster(), host);
    let names = ordered(&chosen(site.cluster()), &site.scope.image.addons)?;
    names.iter().map(|name| addon(site, name, &variables)).collect()
}

/// Manifests that are filled in for this cluster; the first control plane gets them beside those of its image.
pub fn files(site: &Site, part: &Part) -> Result<Vec<File>> {
    let Some(host) = part.host().filter(|_| part.is_first()) else { return Ok(Vec::new()) };
    let variables = variables(site.cluster(), host);
    let mut files = Vec::new();
    for name in chosen(site.cluster()) {
        let record = site.scope.image.addons.get(&name);
        for manifest in record.into_iter().flat_map(|record| &record.manifests) {
            if let Some(template) = &manifest.template {
                let text = render::manifest(template, &variables)?;
                files.push(File::public(path(&manifest.name), text));
            }
        }
    }
    Ok(files)
}

/// Names of the addons of `cluster`, Calico first if it is the pods' network.
pub fn chosen(cluster: &Cluster) -> Vec<String> {
    let calico = cluster.network == PodNetworking::Calico;
    let network = calico.then(|| CALICO.to_owned());
    let others = cluster.addons.iter().filter(|name| !calico || *name != CALICO);
    network.into_iter().chain(others.cloned()).collect()
}

/// What addons may have filled in.
fn variables(cluster: &Cluster, host: &Host) -> Variables {
    let names: Vec<String> = cluster.hosts.iter().map(|host| host.name.replace('.', "\\.")).collect();
    let addresses = cluster.hosts.iter().map(|host| format!("{}/32", host.address));
    let networks: Vec<String> =
        addresses.chain(cluster.pools.values().map(|pool| pool.network.to_string())).collect();
    Variables::from([
        ("cluster", cluster.name.clone()),
        ("dns_domain", cluster.dns_domain.clone()),
        ("endpoint_address", cluster.endpoint.address.clone()),
        ("endpoint_port", cluster.endpoint.port.to_string()),
        ("host_name_pattern", format!("^({})$", names.join("|"))),
        ("host_networks", networks.join(",")),
        ("node", host.name.clone()),
        ("pod_network", cluster.pod_network.to_string()),
        ("service_network", cluster.service_network.to_string()),
    ])
}

fn addon(site: &Site, name: &str, variables: &Variables) -> Result<Addon> {
    let manifests = manifests(site.scope.image, name)?.into_iter().map(path).collect();
    let mut addon = Addon {
        name: name.to_owned(),
        manifests,
        patches: Vec::new(),
        wait: Vec::new(),
        rollout: Vec::new(),
    };
    if let Some(record) = site.scope.image.addons.get(name) {
        complete(&mut addon, record, variables)?;
    }
    Ok(addon)
}

fn complete(addon: &mut Addon, record: &AddonRecord, variables: &Variables) -> Result<()> {
    addon.patches.clone_from(&record.patches);
    for patch in &mut addon.patches {
        render::fill_all(&mut patch.patch, variables)?;
    }
    for ready in &record.ready {
        let words: Vec<String> =
            ready.iter().map(|word| render::fill(word, variables)).collect::<Result<_, Fault>>()?;
        match words.split_first() {
            Some((verb, words)) if verb == "wait" => addon.wait.push(words.to_vec()),
            Some((_, words)) => addon.rollout.push(words.to_vec()),
            None => {}
        }
    }
    Ok(())
}

/// File names of what is applied for `addon`, in order: what its record says, or `NAME.yaml` and all of `NAME/` of
/// the manifests that `image` has without an addon.
///
/// # Errors
/// If there is none of that.
pub fn manifests<'a>(image: &'a ImageRecord, addon: &str) -> Result<Vec<&'a str>, Fault> {
    if let Some(record) = image.addons.get(addon) {
        let baked = |manifest: &&RecordedManifest| manifest.template.is_none();
        let mut needed = record.manifests.iter().filter(baked).map(|manifest| &manifest.name);
        if let Some(name) = needed.find(|name| !image.manifests.contains_key(*name)) {
            let message =
                format!("image `{}` has no manifest `{name}`, which addon `{addon}` needs", image.name);
            return Err(Fault::input(message).hint("bake it again with this imgbuild"));
        }
        return Ok(record.manifests.iter().map(|manifest| manifest.name.as_str()).collect());
    }
    let (file, folder) = (format!("{addon}.yaml"), format!("{addon}/"));
    let own = |name: &&str| *name == file || name.starts_with(&folder);
    let found: Vec<&str> = image.manifests.keys().map(String::as_str).filter(own).collect();
    if found.is_empty() {
        return Err(missing(&image.name, addon));
    }
    Ok(found)
}

fn path(manifest: &str) -> String {
    format!("{COMPONENTS}/{manifest}")
}

fn missing(image: &str, addon: &str) -> Fault {
    Fault::input(format!("image `{image}` has no addon `{addon}`"))
        .hint("add it to `addons` of the image's definition, or remove it here")
}
