//! Patches of what kubeadm makes.

use crate::error::Fault;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::str::FromStr;

/// A strategic merge patch.
pub type KubeadmPatch = Map<String, Value>;
/// Patches by what they change.
pub type KubeadmPatches = BTreeMap<PatchTarget, KubeadmPatch>;

/// What kubeadm patches before it uses it (`cmd/kubeadm/app/util/patches/patches.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatchTarget {
    /// The static pod of a control plane's own etcd.
    Etcd,
    /// The static pod of `kube-apiserver`.
    ApiServer,
    /// The static pod of `kube-controller-manager`.
    ControllerManager,
    /// The static pod of `kube-scheduler`.
    Scheduler,
    /// kubelet's configuration file, on every node.
    KubeletConfiguration,
    /// `CoreDNS`, an addon of kubeadm's own.
    CoreDns,
}

impl PatchTarget {
    const ALL: [Self; 6] = [
        Self::Etcd,
        Self::ApiServer,
        Self::ControllerManager,
        Self::Scheduler,
        Self::KubeletConfiguration,
        Self::CoreDns,
    ];

    /// As kubeadm calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::KubeletConfiguration => "kubeletconfiguration",
            Self::CoreDns => "corednsdeployment",
        }
    }
}

impl FromStr for PatchTarget {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|target| target.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join("`, `");
            Fault::input(format!("`{}` is nothing that kubeadm patches", text.escape_debug()))
                .hint(format!("write one of `{names}`"))
        })
    }
}
