//! What kubelet on this host has to be told that nobody could render beforehand.

use super::address;
use super::configuration::NodeConfiguration;
use super::failure::Outcome;
use super::host::Host;
use crate::atomic;

/// An environment file of kubelet's unit; `kubeadm reset`, which empties kubelet's own folder, leaves it alone.
pub const ENVIRONMENT: &str = "/var/lib/imgbuild/kubelet.env";

/// Makes kubelet register the address by which the cluster knows this host; on a host with several network cards
/// it would choose that of the default route.
pub fn node_ip(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let address = address::own(host, configuration)?;
    atomic::write_with_mode(
        &host.path(ENVIRONMENT),
        0o644,
        format!("KUBELET_HOST_ARGS=--node-ip={address}\n"),
    )?;
    Ok(None)
}
