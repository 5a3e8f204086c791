//! `vagrant.json`: what `vagrant/Vagrantfile` must know of a cluster to make its machines. No secret is in it.

use crate::Result;
use crate::cluster::{Cluster, Host, Platform, Role};
use crate::error::Fault;
use crate::kubeadm::Scope;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// File name in the cluster's folder.
pub const VAGRANT: &str = "vagrant.json";
const SCHEMA: u32 = 1;

/// The document; `None` for a cluster that is not Vagrant's.
pub fn document(cluster: &Cluster) -> Result<Option<String>> {
    if cluster.platform != Platform::Vagrant {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string_pretty(&Machines::of(cluster))? + "\n"))
}

/// Refuses hosts under Vagrant of an image that Vagrant cannot log in to.
pub fn check(scope: &Scope) -> Result<(), Fault> {
    let (cluster, image) = (scope.cluster, scope.image);
    if cluster.platform != Platform::Vagrant || image.vagrant {
        return Ok(());
    }
    let message = format!(
        "image `{}` of cluster `{}` has nothing that Vagrant could log in with",
        image.name, cluster.name
    );
    Err(Fault::input(message).hint("set `image` to one whose definition extends `vagrant.yaml`"))
}

/// The machines of a cluster.
#[derive(Debug, Serialize)]
pub struct Machines<'a> {
    /// [`SCHEMA`].
    schema: u32,
    /// Name of the cluster.
    cluster: &'a str,
    /// Name of the image, of its folder in `dist/` and of its box.
    image: &'a str,
    /// Length of the prefix of the hosts' network, as Vagrant wants it: a mask.
    netmask: Ipv4Addr,
    /// In the order in which they join.
    hosts: Vec<Machine<'a>>,
}

/// One of them.
#[derive(Debug, Serialize)]
struct Machine<'a> {
    name: &'a str,
    role: Role,
    address: Ipv4Addr,
    /// Of the card with that address.
    mac: Option<&'a str>,
    cpus: u16,
    memory_mib: u32,
    /// Guest port to host port.
    forwarded_ports: &'a BTreeMap<u16, u16>,
    /// Path of its `NoCloud` seed from here.
    seed: String,
}

impl<'a> Machines<'a> {
    /// Those of `cluster`; pools, whose members nobody names, are not among them.
    pub fn of(cluster: &'a Cluster) -> Self {
        Self {
            schema: SCHEMA,
            cluster: &cluster.name,
            image: &cluster.image,
            netmask: netmask(cluster.subnet.network.prefix),
            hosts: cluster.hosts.iter().map(machine).collect(),
        }
    }
}

fn machine(host: &Host) -> Machine<'_> {
    Machine {
        name: &host.name,
        role: host.role,
        address: host.address,
        mac: host.mac.as_deref(),
        cpus: host.cpus,
        memory_mib: host.memory,
        forwarded_ports: &host.forwarded_ports,
        seed: format!("{}/{}", host.name, super::folder::SEED),
    }
}

fn netmask(prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(!u32::MAX.checked_shr(prefix.into()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubeadm::testing as fixture;
    use serde_json::json;

    #[test]
    fn the_machines_are_those_of_the_definition() {
        let mut cluster = fixture::cluster();
        cluster.hosts.truncate(1);
        cluster.hosts[0].forwarded_ports = [(80, 48080)].into();
        let host = &cluster.hosts[0];
        let expected = json!({
            "schema": 1, "cluster": cluster.name, "image": cluster.image, "netmask": "255.255.255.0",
            "hosts": [{
                "name": host.name, "role": "control-plane", "address": host.address, "mac": host.mac,
                "cpus": host.cpus, "memory_mib": host.memory, "forwarded_ports": {"80": 48080},
                "seed": format!("{}/seed.iso", host.name),
            }],
        });
        assert_eq!(serde_json::to_value(Machines::of(&cluster)).unwrap(), expected);
    }

    #[test]
    fn masks() {
        let masks = [(0, "0.0.0.0"), (8, "255.0.0.0"), (25, "255.255.255.128"), (32, "255.255.255.255")];
        for (prefix, mask) in masks {
            assert_eq!(netmask(prefix).to_string(), mask);
        }
    }
}
