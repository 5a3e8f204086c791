//! How long kubeadm waits. Machines may be slow and many may start at once, and after kubeadm gives up the agent
//! must clean up and begin again: so these are generous.

use crate::kube::quirks;
use crate::kube::version::Version;
use serde::Serialize;
use std::time::Duration;

/// For the API server and its companions to come up.
pub const CONTROL_PLANE: Duration = Duration::from_secs(20 * 60);
/// For the first control plane to be there: hosts are powered on together.
pub const DISCOVERY: Duration = Duration::from_secs(30 * 60);
const KUBELET: Duration = Duration::from_secs(10 * 60);
/// Raised from 2 minutes: members that join together wait for each other (kubeadm#2005).
const ETCD: Duration = Duration::from_secs(5 * 60);
const TLS_BOOTSTRAP: Duration = Duration::from_secs(15 * 60);

/// `timeouts` of v1beta4; what is not named keeps kubeadm's own value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeouts {
    control_plane_component_health_check: String,
    kubelet_health_check: String,
    #[serde(rename = "etcdAPICall")]
    etcd_api_call: String,
    #[serde(rename = "tlsBootstrap")]
    tls_bootstrap: String,
    discovery: String,
}

impl Timeouts {
    /// For kubeadm of `version`; `None` if it has them in other places.
    pub fn of(version: Version) -> Option<Self> {
        quirks::kubeadm_has_timeouts(version).then(|| Self {
            control_plane_component_health_check: go_duration(CONTROL_PLANE),
            kubelet_health_check: go_duration(KUBELET),
            etcd_api_call: go_duration(ETCD),
            tls_bootstrap: go_duration(TLS_BOOTSTRAP),
            discovery: go_duration(DISCOVERY),
        })
    }
}

/// As Go prints durations of whole seconds: `2h0m0s`.
pub fn go_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_does() {
        for (seconds, text) in [(0, "0s"), (59, "59s"), (60, "1m0s"), (7200, "2h0m0s"), (90_061, "25h1m1s")] {
            assert_eq!(go_duration(Duration::from_secs(seconds)), text);
        }
    }
}
