//! The host's network card, and the ways to other hosts' pods.

use super::Site;
use crate::cloudinit::{Card, NetworkConfig, Route};
use crate::cluster::{Cluster, Host, Platform, PodNetworking};

/// How `host` gets its addresses; `None` where the platform gives them.
pub fn network_config(site: &Site, host: &Host) -> Option<NetworkConfig> {
    let cluster = site.cluster();
    if cluster.platform == Platform::Aws {
        return None;
    }
    let config = NetworkConfig::fixed(Card {
        mac: host.mac.clone()?,
        name: host.interface.clone(),
        address: host.address,
        prefix: cluster.subnet.network.prefix,
        routes: routes(cluster, host),
        nameservers: cluster.subnet.nameservers.clone(),
    });
    Some(if cluster.platform == Platform::Vagrant { config.with_nat() } else { config })
}

fn routes(cluster: &Cluster, host: &Host) -> Vec<Route> {
    let default = cluster.subnet.gateway.map(|via| Route { to: "0.0.0.0/0".to_owned(), via });
    let pods = cluster.hosts.iter().filter(|other| other.name != host.name);
    let pods = pods.filter(|_| cluster.network == PodNetworking::StaticRoutes).filter_map(|other| {
        let network = other.pod_network?;
        Some(Route { to: network.to_string(), via: other.address })
    });
    default.into_iter().chain(pods).collect()
}
