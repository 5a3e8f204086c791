//! kube-vip and its credentials: until `kubeadm init` has made rules for `admin.conf`, only `super-admin.conf`
//! may hold the lease (kube-vip#684); afterwards the ordinary credentials do.

use super::failure::Outcome;
use super::host::Host;
use crate::atomic;

const BEFORE: &str = "/etc/kubernetes/super-admin.conf";
const AFTER: &str = "/etc/kubernetes/admin.conf";

/// Rewrites the static pod's manifest; kubelet then replaces the pod.
pub fn to_admin(host: &impl Host, manifest: &str) -> Outcome {
    let path = host.path(manifest);
    let text = fs_err::read_to_string(&path)?;
    let replaced = text.replace(BEFORE, AFTER);
    if replaced != text {
        atomic::write_with_mode(&path, 0o600, replaced)?;
    }
    Ok(None)
}
