//! kubeadm's configuration documents for the exact minor that an image has: `kubeadm.k8s.io` v1beta2, v1beta3
//! and v1beta4, and the `KubeletConfiguration` that goes with them.
//!
//! What differs between versions is asked of [`crate::kube::quirks`]. Everything is typed and serialised, never
//! pasted together: no value can become structure.

pub mod arguments;
pub mod baked;
pub mod cluster;
pub mod init;
pub mod join;
pub mod kubelet;
pub mod node;
pub mod patches;
pub mod phases;
pub mod preflight;
pub mod schema;
mod timeouts;
mod yaml;

use crate::bake::{ImageRecord, KubernetesRecord};
use crate::cluster::{Cluster, Host, Pool, Role};
use crate::error::Fault;
use crate::kube::quirks;
use crate::kube::version::Version;

/// What the documents of all hosts are made from.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The definition.
    pub cluster: &'a Cluster,
    /// What the hosts' image is.
    pub image: &'a ImageRecord,
    /// What it says of Kubernetes.
    pub kubernetes: &'a KubernetesRecord,
}

impl<'a> Scope<'a> {
    /// Refuses an image without Kubernetes, and a version whose configuration is not known.
    pub fn new(cluster: &'a Cluster, image: &'a ImageRecord) -> Result<Self, Fault> {
        let kubernetes = image.kubernetes.as_ref().ok_or_else(|| {
            Fault::input(format!("image `{}` has no Kubernetes", image.name))
                .hint("name an image whose definition has `kubernetes`")
        })?;
        if !quirks::is_known(kubernetes.version) {
            let (oldest, newest) = (quirks::OLDEST_MINOR, quirks::NEWEST_MINOR);
            let message = format!("the configuration of Kubernetes {} is not known", kubernetes.version);
            return Err(Fault::input(message).hint(format!("use an image with 1.{oldest} to 1.{newest}")));
        }
        Ok(Self { cluster, image, kubernetes })
    }

    /// The version that decides what documents look like.
    pub fn version(&self) -> Version {
        self.kubernetes.version
    }

    /// `ADDRESS:PORT` of the API.
    pub fn endpoint(&self) -> String {
        format!("{}:{}", self.cluster.endpoint.address, self.cluster.endpoint.port)
    }
}

/// Whom a document is for.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// A machine that the definition names.
    Host(&'a Host),
    /// Any machine of a pool.
    Pool(&'a Pool),
}

impl Member<'_> {
    /// Whether it becomes a control plane.
    pub fn is_control_plane(self) -> bool {
        matches!(self, Self::Host(host) if host.role == Role::ControlPlane)
    }
}

/// A token that lets hosts join.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// `abcdef.0123456789abcdef`.
    pub token: &'a str,
    /// Whom it is for; `kubeadm token list` shows it.
    pub description: &'a str,
}

/// What a host needs to trust the cluster and be trusted.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// A bootstrap token.
    pub token: &'a str,
    /// `sha256:` and 64 hex digits: the digest of the cluster CA's public key.
    pub ca_cert_hash: &'a str,
    /// The key to certificates in the secret `kubeadm-certs`; only where they are uploaded.
    pub certificate_key: Option<&'a str>,
}

#[cfg(test)]
mod book;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
