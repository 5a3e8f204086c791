//! What is judged.

use crate::bake::{ImageRecord, KubernetesRecord};
use crate::cluster::{Cluster, Host, Role};
use crate::secrets::Secrets;
use std::collections::BTreeSet;

/// A cluster with what is known around it.
pub struct Subject<'a> {
    /// The definition.
    pub cluster: &'a Cluster,
    /// What its image says of itself.
    pub image: &'a ImageRecord,
    /// Installed Debian packages, where the image itself could be read.
    pub packages: Option<BTreeSet<String>>,
    /// Its secrets, once they are made.
    pub secrets: Option<&'a Secrets>,
    /// The time by which the age of tokens is judged, in seconds since 1970.
    pub now: u64,
}

impl<'a> Subject<'a> {
    /// What the image says of Kubernetes, if it has it.
    pub fn kubernetes(&self) -> Option<&'a KubernetesRecord> {
        self.image.kubernetes.as_ref()
    }

    /// The control planes, in the order in which they join.
    pub fn control_planes(&self) -> impl Iterator<Item = &'a Host> {
        self.cluster.hosts.iter().filter(|host| host.role == Role::ControlPlane)
    }
}
