//! `node.json`: what the agent acts on.

use super::file::File;
use super::{Part, Site, control_planes, ec2, endpoint, images};
use crate::Result;
use crate::cluster::{Cluster, Host, Role};
use crate::error::Fault;
use crate::kubeadm::{Member, patches, phases, preflight};
use crate::node::configuration::{
    Addon, Bootstrap, Ingress, Install, Kubeadm, NodeAddress, NodeConfiguration, PATH, Peer, SCHEMA, When,
};
use std::collections::BTreeMap;

/// The file; written last, since the agent starts when it is there.
pub fn file(site: &Site, part: &Part, addons: Vec<Addon>) -> Result<File> {
    let configuration = configuration(site, part, addons)?;
    Ok(File::public(PATH, serde_json::to_string_pretty(&configuration)? + "\n"))
}

fn configuration(site: &Site, part: &Part, addons: Vec<Addon>) -> Result<NodeConfiguration, Fault> {
    let cluster = site.cluster();
    Ok(NodeConfiguration {
        schema: SCHEMA,
        cluster: cluster.name.clone(),
        name: part.host().map(|host| host.name.clone()).unwrap_or_default(),
        role: part.role,
        bootstrap: cluster.bootstrap,
        kubernetes_version: site.scope.version().to_string(),
        address: address(part.member),
        endpoint: endpoint::of(site, part),
        kubeadm: kubeadm(site, part)?,
        images: images::of(site, part),
        predecessors: predecessors(cluster, part),
        hosts: hosts(cluster, part),
        pool_networks: pool_networks(cluster, part),
        addons,
        ingress: ingress(site, part),
        install: installs(site, part),
        remove: Vec::new(),
        ec2: ec2::of(site, part),
    })
}

fn address(member: Member) -> NodeAddress {
    match member {
        Member::Host(host) => NodeAddress::Fixed(host.address),
        Member::Pool(pool) => NodeAddress::Within(pool.network.to_string()),
    }
}

fn kubeadm(site: &Site, part: &Part) -> Result<Kubeadm, Fault> {
    let first = part.is_first();
    Ok(Kubeadm {
        init_phases: if first { phases::init(&site.scope)? } else { Vec::new() },
        skip_init_phases: if first { phases::skipped_by_init(&site.scope) } else { Vec::new() },
        skip_join_phases: if first { Vec::new() } else { phases::skipped_by_join(&site.scope) },
        ignore_preflight_errors: ignored_preflight_errors(part),
        arguments: patches::arguments(&site.scope, part.is_control_plane())?,
    })
}

/// Whoever defines a smaller control plane than kubeadm recommends means it.
fn ignored_preflight_errors(part: &Part) -> Vec<String> {
    let Some(host) = part.host().filter(|_| part.is_control_plane()) else { return Vec::new() };
    preflight::too_small(host).map(str::to_owned).collect()
}

fn peer(host: &Host) -> Peer {
    let control_plane = host.role == Role::ControlPlane;
    Peer { name: host.name.clone(), addresses: vec![host.address], control_plane }
}

fn predecessors(cluster: &Cluster, part: &Part) -> Vec<Peer> {
    control_planes(cluster).take(part.rank).map(peer).collect()
}

/// Workers approve nothing, and a list of thousands on each of thousands would be millions.
fn hosts(cluster: &Cluster, part: &Part) -> Vec<Peer> {
    cluster.hosts.iter().filter(|_| part.is_control_plane()).map(peer).collect()
}

fn pool_networks(cluster: &Cluster, part: &Part) -> Vec<String> {
    let pools = cluster.pools.values().filter(|_| part.is_control_plane());
    pools.map(|pool| pool.network.to_string()).collect()
}

/// What the definition says, or else what the first addon that brings a controller says of it.
fn ingress(site: &Site, part: &Part) -> Option<Ingress> {
    let cluster = site.cluster();
    let mut records = cluster.addons.iter().filter_map(|name| site.scope.image.addons.get(name));
    let implied = records.find_map(|record| record.ingress.as_ref()).map(|ingress| Ingress {
        node_ports: inside(&ingress.node_ports, cluster.node_ports),
        ..ingress.clone()
    });
    cluster.ingress.clone().or(implied).filter(|_| part.is_first())
}

/// All of `ports`, or none if one is outside of the cluster's range.
fn inside(ports: &BTreeMap<String, u16>, (first, last): (u16, u16)) -> BTreeMap<String, u16> {
    if ports.values().all(|port| (first..=last).contains(port)) { ports.clone() } else { BTreeMap::new() }
}

/// By hand, people find kubeadm's file where the book has it.
fn installs(site: &Site, part: &Part) -> Vec<Install> {
    let mut installs = endpoint::installs(site, part);
    if site.cluster().bootstrap == Bootstrap::Manual {
        let name = if part.is_first() { "init" } else { "join" };
        installs.push(Install {
            from: "kubeadm.yaml".to_owned(),
            to: format!("/etc/kubernetes/kubeadm-{name}.yaml"),
            mode: 0o600,
            when: When::BeforeKubeadm,
        });
    }
    installs
}
