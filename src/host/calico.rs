//! Calico's own resource: which network pods get, and by which address nodes reach each other.

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::cluster::{Platform, PodNetworking};
use crate::node::configuration::COMPONENTS;
use serde_json::json;

/// The book's name for it.
pub const FILE: &str = "custom-resources.yaml";

/// The resource, on the first control plane of a cluster with Calico.
pub fn file(site: &Site, part: &Part) -> Result<Option<File>> {
    if !part.is_first() || site.cluster().network != PodNetworking::Calico {
        return Ok(None);
    }
    let network = site.cluster().pod_network;
    let aws = site.cluster().platform == Platform::Aws;
    let pool = json!({
        "blockSize": 26,
        "cidr": network.to_string(),
        // AWS drops what comes from a pod's address, unless that check is switched off on each instance
        "encapsulation": if aws { "VXLAN" } else { "VXLANCrossSubnet" },
        "natOutgoing": "Enabled",
        "nodeSelector": "all()",
    });
    let mut resource = json!({
        "apiVersion": "operator.tigera.io/v1",
        "kind": "Installation",
        "metadata": {"name": "default"},
        "spec": {
            "calicoNetwork": {
                "ipPools": [pool],
                // the address that kubelet was given: never that of a NAT card
                "nodeAddressAutodetectionV4": {"kubernetes": "NodeInternalIP"},
            },
        },
    });
    if aws {
        // nothing but VXLAN carries pods there, and the security groups let no BGP through
        resource["spec"]["calicoNetwork"]["bgp"] = json!("Disabled");
    }
    Ok(Some(File::public(format!("{COMPONENTS}/{FILE}"), serde_yaml::to_string(&resource)?)))
}
