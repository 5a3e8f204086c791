//! The API's address among the hosts.

use super::super::super::model::{Cluster, Endpoint, Platform, Provider, Role};
use super::super::endpoint::API_PORT;
use super::super::networks;
use crate::document::place::{Place, Result};
use std::net::Ipv4Addr;

/// Judges the endpoint at `at`.
pub fn check(cluster: &Cluster, at: &Place) -> Result<()> {
    match cluster.endpoint.provider {
        Provider::KubeVip | Provider::Keepalived => floating(cluster, at),
        Provider::Nlb if cluster.platform != Platform::Aws => Err(at
            .key("provider")
            .fault("a network load balancer exists on AWS only")
            .hint("write `provider: external` for a load balancer of your own")),
        Provider::Nlb => not_a_host(cluster, at).and_then(|()| reachable(cluster, at)),
        Provider::External => outside_or_the_only_one(cluster, at).and_then(|()| reachable(cluster, at)),
    }
}

/// An address, if it is none of DNS, at which hosts reach something else than pods, services or themselves.
fn reachable(cluster: &Cluster, at: &Place) -> Result<()> {
    let Ok(address) = cluster.endpoint.address.parse::<Ipv4Addr>() else { return Ok(()) };
    let place = at.key("address");
    networks::answering(address, &place)?;
    if cluster.subnet.network.contains(address) {
        networks::inside(&cluster.endpoint.address, &place, cluster.subnet.network)?;
    }
    let inner = [("pods", cluster.pod_network), ("services", cluster.service_network)];
    match inner.iter().find(|(_, network)| network.contains(address)) {
        None => Ok(()),
        Some((whose, network)) => Err(place
            .fault(format!("`{address}` lies in the {whose}' network `{network}`"))
            .hint("write an address outside of the cluster's inner networks, or choose others for those")),
    }
}

/// An address that moves between control planes.
fn floating(cluster: &Cluster, at: &Place) -> Result<()> {
    if cluster.platform == Platform::Aws {
        let fault = at.key("provider").fault("AWS does not let machines take over an address by themselves");
        return Err(fault.hint("write `provider: nlb`"));
    }
    let Endpoint { address, port, .. } = &cluster.endpoint;
    let place = at.key("address");
    let parsed = networks::inside(address, &place, cluster.subnet.network)?;
    if Some(parsed) == cluster.subnet.gateway {
        return Err(place.fault(format!("`{address}` is the gateway")).hint("choose an unused address"));
    }
    not_a_host(cluster, at)?;
    the_servers_port(*port, at)
}

/// Nothing translates ports, so it must be the one on which API servers listen.
fn the_servers_port(port: u16, at: &Place) -> Result<()> {
    if port == API_PORT {
        return Ok(());
    }
    let message = format!("`{port}` is not the port on which API servers listen");
    Err(at.key("port").fault(message).hint(format!("write `{API_PORT}`, or use a load balancer")))
}

fn not_a_host(cluster: &Cluster, at: &Place) -> Result<()> {
    match holder(cluster) {
        Some((name, _)) => Err(at
            .key("address")
            .fault(format!("`{}` is the address of `{name}`", cluster.endpoint.address))
            .hint("choose an unused address; `provider: external` for a single control plane's own")),
        None => Ok(()),
    }
}

/// The host that has the endpoint's address.
fn holder(cluster: &Cluster) -> Option<(&str, Role)> {
    let address: Ipv4Addr = cluster.endpoint.address.parse().ok()?;
    let host = cluster.hosts.iter().find(|host| host.address == address)?;
    Some((&host.name, host.role))
}

fn outside_or_the_only_one(cluster: &Cluster, at: &Place) -> Result<()> {
    let control_planes = cluster.hosts.iter().filter(|host| host.role == Role::ControlPlane).count();
    match holder(cluster) {
        None => Ok(()),
        Some((_, Role::ControlPlane)) if control_planes == 1 => the_servers_port(cluster.endpoint.port, at),
        Some((name, Role::ControlPlane)) => Err(at
            .key("address")
            .fault(format!(
                "`{name}` has this address, and without it the other control planes were unreachable"
            ))
            .hint(
                "choose an unused address with `provider: kube-vip` or `keepalived`, or a load balancer's",
            )),
        Some((name, Role::Worker)) => Err(at
            .key("address")
            .fault(format!("`{name}` has this address, and it is a worker"))
            .hint("write the address of a control plane, of a load balancer, or an unused one")),
    }
}
