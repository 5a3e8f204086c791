//! Networks among each other, and what carries the pods' traffic.

use super::super::super::model::{Cluster, Network, PodNetworking};
use crate::document::place::{Place, Result};
use crate::error::Fault;

/// The addon that `network: calico` stands for.
const CALICO: &str = "calico";

/// Judges the networks of the definition whose root is at `at`.
pub fn check(cluster: &Cluster, at: &Place) -> Result<()> {
    disjoint(cluster, at)?;
    gateway_is_no_host(cluster, at)?;
    host_networks_are_disjoint(cluster, at)?;
    calico_is_an_addon(cluster, at)?;
    pools_have_routes(cluster, at)
}

fn disjoint(cluster: &Cluster, at: &Place) -> Result<()> {
    let (pods, services) = (cluster.pod_network, cluster.service_network);
    let hosts = cluster.subnet.network;
    refuse_overlap(&at.key("service_network"), services, "the pods' network", pods)?;
    refuse_overlap(&at.key("pod_network"), pods, "the hosts' network", hosts)?;
    refuse_overlap(&at.key("service_network"), services, "the hosts' network", hosts)?;
    for (name, pool) in &cluster.pools {
        let at = at.key("pools").key(name).key("network");
        refuse_overlap(&at, pool.network, "the pods' network", pods)?;
        refuse_overlap(&at, pool.network, "the services' network", services)?;
    }
    Ok(())
}

fn refuse_overlap(at: &Place, network: Network, what: &str, other: Network) -> Result<()> {
    if network.overlaps(&other) { Err(overlap(at, network, what, other)) } else { Ok(()) }
}

fn overlap(at: &Place, network: Network, what: &str, other: Network) -> Fault {
    at.fault(format!("`{network}` overlaps {what} `{other}`"))
        .hint("choose a private network that nothing else has")
}

fn gateway_is_no_host(cluster: &Cluster, at: &Place) -> Result<()> {
    match cluster.hosts.iter().find(|host| Some(host.address) == cluster.subnet.gateway) {
        Some(host) => {
            let message = format!("`{}` is the address of `{}`", host.address, host.name);
            Err(at.key("subnet").key("gateway").fault(message).hint("write the router's address"))
        }
        None => Ok(()),
    }
}

fn host_networks_are_disjoint(cluster: &Cluster, at: &Place) -> Result<()> {
    let networks =
        cluster.hosts.iter().enumerate().filter_map(|(index, host)| Some((host.pod_network?, index)));
    let mut sorted: Vec<(Network, usize)> = networks.collect();
    // then a network that overlaps any other overlaps its neighbour
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0].0.overlaps(&pair[1].0)) {
        Some(pair) => {
            let what = format!("that of `{}`,", cluster.hosts[pair[0].1].name);
            let place = at.key("hosts").item(pair[1].1).key("pod_network");
            Err(overlap(&place, pair[1].0, &what, pair[0].0))
        }
        None => Ok(()),
    }
}

fn calico_is_an_addon(cluster: &Cluster, at: &Place) -> Result<()> {
    let addon = cluster.addons.iter().any(|addon| addon == CALICO);
    match (cluster.network == PodNetworking::Calico, addon) {
        (true, false) => Err(at
            .key("addons")
            .fault("`network: calico` needs the addon `calico`")
            .hint("write `addons: [calico, …]`, or choose another `network`")),
        (false, true) => Err(at
            .key("network")
            .fault("the addon `calico` carries the pods' traffic, so nothing else can")
            .hint("write `network: calico`, or remove the addon")),
        _ => Ok(()),
    }
}

fn pools_have_routes(cluster: &Cluster, at: &Place) -> Result<()> {
    if cluster.network == PodNetworking::StaticRoutes && !cluster.pools.is_empty() {
        let message =
            "static routes need every host by address, and a pool's members are not known beforehand";
        return Err(at
            .key("pools")
            .fault(message)
            .hint("list the workers in `hosts`, or choose another `network`"));
    }
    Ok(())
}
