//! Patches of what kubeadm makes: it reads them from a folder of the host, where the name of a file says what it
//! changes and how.
//!
//! Sources: `cmd/kubeadm/app/util/patches/patches.go`; "Customizing components with the kubeadm API" of Kubernetes'
//! documentation; kubeadm 1.20.2 itself, which takes its flag beside `--config`.

use super::Scope;
use crate::cluster::{KubeadmPatch, PatchTarget};
use crate::error::Fault;
use crate::kube::quirks;
use crate::node::configuration::PATCHES;
use serde::Serialize;

/// What kubeadm has where its configuration has no `patches`; since 1.22 it is `--patches`.
const FLAG: &str = "--experimental-patches";

/// `patches` of `InitConfiguration` and `JoinConfiguration`.
#[derive(Debug, Serialize)]
pub struct Patches {
    directory: &'static str,
}

impl Patches {
    /// For a control plane or a worker; `None` if it has no patches, or if kubeadm is told of them by
    /// [`arguments`].
    pub fn of(scope: &Scope, control_plane: bool) -> Result<Option<Self>, Fault> {
        let field = quirks::kubeadm_has_patches(scope.version());
        Ok((field && any(scope, control_plane)?).then_some(Self { directory: PATCHES }))
    }
}

/// What kubeadm is told of patches where its configuration cannot say it: arguments of `init`, `join` and those
/// phases that make static pods.
pub fn arguments(scope: &Scope, control_plane: bool) -> Result<Vec<String>, Fault> {
    let flag = !quirks::kubeadm_has_patches(scope.version()) && any(scope, control_plane)?;
    Ok(if flag { Vec::from([FLAG, PATCHES].map(str::to_owned)) } else { Vec::new() })
}

fn any(scope: &Scope, control_plane: bool) -> Result<bool, Fault> {
    Ok(!on(scope, control_plane)?.is_empty())
}

/// The patches of a control plane or a worker; one that this kubeadm would pass over is refused.
pub fn on<'a>(scope: &Scope<'a>, control_plane: bool) -> Result<Vec<(PatchTarget, &'a KubeadmPatch)>, Fault> {
    let patches = scope.cluster.kubeadm_patches.iter();
    let own = patches.filter(|(target, _)| control_plane || **target == PatchTarget::KubeletConfiguration);
    own.map(|(target, patch)| check_known(scope, *target).map(|()| (*target, patch))).collect()
}

fn check_known(scope: &Scope, target: PatchTarget) -> Result<(), Fault> {
    let version = scope.version();
    let (known, since) = match target {
        PatchTarget::KubeletConfiguration => {
            (quirks::kubeadm_patches_kubelet(version), quirks::KUBELET_PATCHES_SINCE)
        }
        PatchTarget::CoreDns => (quirks::kubeadm_patches_coredns(version), quirks::COREDNS_PATCHES_SINCE),
        PatchTarget::Etcd
        | PatchTarget::ApiServer
        | PatchTarget::ControllerManager
        | PatchTarget::Scheduler => return Ok(()),
    };
    if known {
        return Ok(());
    }
    let message = format!("kubeadm {version} does not patch `{}`", target.name());
    Err(Fault::input(message)
        .hint(format!("remove it from `kubeadm_patches`, or use an image with 1.{since} or later")))
}

/// The file of a patch of `target`.
pub fn path(target: PatchTarget) -> String {
    format!("{PATCHES}/{}+strategic.json", target.name())
}
