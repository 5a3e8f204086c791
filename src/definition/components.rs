//! What a definition says in more than one place, put together.

use super::model::{Artifact, Base, Definition, Kubernetes, Part};
use std::collections::{BTreeMap, BTreeSet};

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

    /// The components that come as files.
    pub fn placed_parts(&self) -> impl Iterator<Item = (&'static str, &Artifact)> {
        self.parts().into_iter().filter_map(|(name, part)| match part {
            Part::Artifact(artifact) => Some((name, artifact)),
            Part::Package(_) => None,
        })
    }

    /// Every artifact by a name of its own: those that are listed, and the components that come as files.
    pub fn all_artifacts(&self) -> BTreeMap<String, &Artifact> {
        let listed = self.artifacts.iter().map(|(name, artifact)| (name.clone(), artifact));
        listed.chain(self.placed_parts().map(|(name, artifact)| (name.to_owned(), artifact))).collect()
    }
}

impl Base {
    /// Every package that `apt full-upgrade` must leave alone.
    pub fn held(&self) -> BTreeSet<String> {
        let pinned = self.repositories.values().flat_map(|repository| repository.packages.keys());
        self.hold.iter().chain(pinned).cloned().collect()
    }
}
