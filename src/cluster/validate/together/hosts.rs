//! Hosts among each other and in their network.

use super::super::super::model::{Cluster, Host, Role};
use super::super::networks;
use crate::document::place::{Place, Result};
use std::collections::BTreeMap;

/// Judges the list of hosts at `at`.
pub fn check(cluster: &Cluster, at: &Place) -> Result<()> {
    first_is_control_plane(cluster, at)?;
    for (index, host) in cluster.hosts.iter().enumerate() {
        networks::inside(&host.address.to_string(), &at.item(index).key("address"), cluster.subnet.network)?;
    }
    unique(cluster, at, "name", |host| Some(host.name.clone()))?;
    unique(cluster, at, "address", |host| Some(host.address.to_string()))?;
    unique(cluster, at, "mac", |host| host.mac.clone())?;
    forwarded_once(cluster, at)?;
    pools_are_no_hosts(cluster)
        .map_or(Ok(()), |name| Err(at.fault(format!("`{name}` is also a pool")).hint("rename one of them")))
}

fn first_is_control_plane(cluster: &Cluster, at: &Place) -> Result<()> {
    match cluster.hosts.first() {
        None => Err(at.fault("is empty").hint("a cluster has at least one host, which is a control plane")),
        Some(host) if host.role == Role::Worker => Err(at
            .item(0)
            .key("role")
            .fault("the first host makes the cluster, so it must be a control plane")
            .hint("write `role: control-plane`, or move a control plane to the top")),
        Some(_) => Ok(()),
    }
}

fn unique(cluster: &Cluster, at: &Place, key: &str, of: fn(&Host) -> Option<String>) -> Result<()> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, host) in cluster.hosts.iter().enumerate() {
        let Some(value) = of(host) else { continue };
        if let Some(other) = seen.get(&value) {
            let message = format!("`{value}` is already `hosts[{other}].{key}`");
            return Err(at.item(index).key(key).fault(message).hint("each host has its own"));
        }
        seen.insert(value, index);
    }
    Ok(())
}

/// No two hosts may want the same port of the machine that runs them.
fn forwarded_once(cluster: &Cluster, at: &Place) -> Result<()> {
    let mut seen: BTreeMap<u16, &str> = BTreeMap::new();
    for (index, host) in cluster.hosts.iter().enumerate() {
        for (guest, port) in &host.forwarded_ports {
            if let Some(other) = seen.insert(*port, &host.name) {
                let place = at.item(index).key("forwarded_ports").key(&guest.to_string());
                let message = format!("port `{port}` is already forwarded to `{other}`");
                return Err(place.fault(message).hint("choose another port"));
            }
        }
    }
    Ok(())
}

fn pools_are_no_hosts(cluster: &Cluster) -> Option<&String> {
    cluster.pools.keys().find(|name| cluster.hosts.iter().any(|host| host.name == **name))
}
