//! The pods' network with static routes: a range of each host's own on the `ptp` plugin.
//!
//! `ptp` with addresses from the whole pod network's prefix, not `bridge` with the host's own: the plugin
//! masquerades what leaves the prefix of a pod's address. So pods see each other's addresses on all hosts, as
//! Kubernetes' network model wants it, and only what leaves the pod network is masqueraded. (`plugins/main/ptp`,
//! `pkg/ip/ipmasq_iptables_linux.go` of the CNI plugins; kindnet uses `ptp` in the same way.)

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::cluster::{Network, PodNetworking};
use crate::error::Fault;
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// Sorts before what other plugins bring.
const PATH: &str = "/etc/cni/net.d/10-imgbuild.conflist";
/// containerd 1.4 and later, and all plugins since 2019, know it.
const CNI_VERSION: &str = "0.4.0";

/// The configuration of a host with a pod range; `None` where something else networks pods.
pub fn file(site: &Site, part: &Part) -> Result<Option<File>> {
    if site.cluster().network != PodNetworking::StaticRoutes {
        return Ok(None);
    }
    let range = part.host().and_then(|host| host.pod_network).ok_or_else(|| {
        Fault::input("static routes need a pod network for each host")
            .hint("give the host a `pod_network`, or choose another `network`")
    })?;
    let text = serde_json::to_string_pretty(&configuration(site.cluster().pod_network, range))?;
    Ok(Some(File::public(PATH, text + "\n")))
}

fn configuration(all: Network, own: Network) -> Value {
    let [gateway, first, last] = addresses(own);
    let range = json!({
        "subnet": all.to_string(),
        "rangeStart": first, "rangeEnd": last, "gateway": gateway,
    });
    json!({
        "cniVersion": CNI_VERSION,
        "name": "imgbuild",
        "plugins": [
            {
                "type": "ptp",
                "ipMasq": true,
                "ipam": {"type": "host-local", "ranges": [[range]], "routes": [{"dst": "0.0.0.0/0"}]},
            },
            {"type": "portmap", "capabilities": {"portMappings": true}},
        ],
    })
}

/// The host's end of every pod's link, and the first and last pod address.
fn addresses(own: Network) -> [Ipv4Addr; 3] {
    let base = u32::from(own.address);
    let size = u32::MAX.checked_shr(own.prefix.into()).unwrap_or(0);
    [base.saturating_add(1), base.saturating_add(2), base.saturating_add(size).saturating_sub(1)]
        .map(Ipv4Addr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_gives_addresses_of_its_own_range_in_the_whole_network() {
        let network = |c, prefix| Network { address: Ipv4Addr::new(172, 31, c, 0), prefix };
        let read = configuration(network(0, 16), network(2, 24));
        let range = json!({
            "subnet": "172.31.0.0/16", "gateway": "172.31.2.1", "rangeStart": "172.31.2.2",
            "rangeEnd": "172.31.2.254",
        });
        assert_eq!(read["plugins"][0]["ipam"]["ranges"], json!([[range]]));
    }
}
