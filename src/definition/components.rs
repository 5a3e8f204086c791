//! What a definition says in more than one place, put together.

use super::model::{Base, Definition, Kubernetes, Part};
use std::collections::BTreeSet;

impl Definition {
    /// The components of Kubernetes and of the runtime that this image has, by their usual names.
    pub fn parts(&self) -> Vec<(&'static str, &Part)> {
        let mut parts = Vec::new();
        if let Some(runtime) = &self.runtime {
            parts.extend([
                ("containerd", &runtime.containerd),
                ("runc", &runtime.runc),
                ("cni", &runtime.cni),
            ]);
        }
        if let Some(kubernetes) = &self.kubernetes {
            let Kubernetes { kubelet, kubeadm, kubectl, crictl, .. } = kubernetes;
            parts.extend([("kubelet", kubelet), ("kubeadm", kubeadm), ("kubectl", kubectl)]);
            parts.extend(crictl.as_ref().map(|crictl| ("crictl", crictl)));
        }
        parts
    }
}

impl Base {
    /// Every package that `apt full-upgrade` must leave alone.
    pub fn held(&self) -> BTreeSet<String> {
        let pinned = self.repositories.values().flat_map(|repository| repository.packages.keys());
        self.hold.iter().chain(pinned).cloned().collect()
    }
}
