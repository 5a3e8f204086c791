//! From the merged raw structs to the domain types: every value is judged here, once, at its place.
//!
//! Values end up in YAML, systemd units, shell scripts and arguments of programs. So names are DNS labels, flags
//! and labels are what Kubernetes takes, and nothing has a line break or another control character.

mod addons;
mod arguments;
mod duration;
mod endpoint;
mod hosts;
mod labels;
mod mac;
mod names;
mod networks;
mod patches;
mod ports;
mod together;

use super::model::{Cluster, Platform, PodNetworking};
use super::raw::RawCluster;
use crate::document::place::{Place, Result};
use crate::document::{self, named};
use crate::node::configuration::Bootstrap;
use std::path::PathBuf;

/// `raw` as a [`Cluster`]; `at` is the document's root, `directory` the definition's folder.
pub fn cluster(raw: RawCluster, at: &Place, directory: PathBuf) -> Result<Cluster> {
    let (name, image) = (at.key("name"), at.key("image"));
    let platform = raw.platform.unwrap_or(Platform::Nocloud);
    let subnet = networks::subnet(raw.subnet, &at.key("subnet"))?;
    let network = raw.network.unwrap_or(PodNetworking::StaticRoutes);
    let pod_network = networks::pods(raw.pod_network, &at.key("pod_network"))?;
    let scope = hosts::Scope { platform, pods: pod_network, network };
    let hosts = hosts::hosts(raw.hosts, &at.key("hosts"), &scope)?;
    let node_ports = ports::range(raw.node_ports, &at.key("node_ports"))?;
    let addons: Vec<String> = at.key("addons").items(raw.addons, names::addon)?;
    let cluster = Cluster {
        name: name.checked(name.required(raw.name)?, names::host)?,
        directory,
        image: image.checked(image.required(raw.image)?, document::names::image)?,
        platform,
        endpoint: endpoint::endpoint(raw.endpoint, &at.key("endpoint"), platform, &hosts)?,
        pod_network,
        service_network: networks::services(raw.service_network, &at.key("service_network"))?,
        node_ports,
        dns_domain: networks::dns_domain(raw.dns_domain, &at.key("dns_domain"))?,
        network,
        taints: raw.taints.map(|taints| labels::taints(taints, &at.key("taints"))).transpose()?,
        extra_arguments: arguments::extra(raw.extra_arguments, &at.key("extra_arguments"))?,
        kubeadm_patches: patches::patches(raw.kubeadm_patches, &at.key("kubeadm_patches"))?,
        ingress: addons::ingress(raw.ingress, &at.key("ingress"), &addons, node_ports)?,
        addons,
        bootstrap: raw.bootstrap.unwrap_or(Bootstrap::Auto),
        token_lifetime: duration::token_lifetime(raw.token_lifetime, &at.key("token_lifetime"))?,
        upload_certificates: raw.upload_certificates,
        k8s_all: raw.k8s_all,
        pools: named(raw.pools, &at.key("pools"), names::host, |pool, at| {
            hosts::pool(pool, at, subnet.network)
        })?,
        subnet,
        ssh_authorized_keys: at.key("ssh_authorized_keys").items(raw.ssh_authorized_keys, names::ssh_key)?,
        hosts,
    };
    together::check(&cluster, at)?;
    Ok(cluster)
}
