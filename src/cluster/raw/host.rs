//! Machines.

use super::super::model::Role;
use crate::size::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One machine.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawHost {
    /// Host and node name, a DNS label.
    pub name: Option<String>,
    /// `control-plane` or `worker`.
    pub role: Option<Role>,
    /// Its address in the hosts' network.
    pub address: Option<String>,
    /// MAC address of the card with that address: `52:54:00:12:34:56`. On AWS it is not known beforehand.
    pub mac: Option<String>,
    /// Name that the card gets; `eth1` under Vagrant, whose own card is the first, else `eth0`.
    pub interface: Option<String>,
    /// Its pods' network, with static routes; if not set, the second /24 of `pod_network` for the first host, and so on.
    pub pod_network: Option<String>,
    /// Labels of the node.
    pub labels: BTreeMap<String, String>,
    /// Extra arguments of this host's kubelet, by flag name without dashes.
    pub kubelet_arguments: BTreeMap<String, String>,
    /// Virtual processors, for Vagrant and `imgbuild boot`; 2 if not set.
    pub cpus: Option<u16>,
    /// Memory, for Vagrant and `imgbuild boot`; `4GiB` for control planes and `2GiB` for workers if not set.
    #[schemars(with = "Option<ByteSize>")]
    pub memory: Option<String>,
    /// Ports forwarded from the machine that runs the VM: guest port to that machine's port.
    pub forwarded_ports: BTreeMap<u16, u16>,
}

/// Any number of identical workers, which find their names and addresses themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPool {
    /// The network in which members have their addresses; that of `subnet` if not set.
    pub network: Option<String>,
    /// Labels of the nodes.
    pub labels: BTreeMap<String, String>,
    /// Extra arguments of their kubelets, by flag name without dashes.
    pub kubelet_arguments: BTreeMap<String, String>,
}
