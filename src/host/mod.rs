//! Everything that one host is given, as files: the agent's configuration, kubeadm's, the PKI, who holds the
//! endpoint, the pods' network. How they travel is [`crate::cloudinit`]'s matter.
//!
//! A bundle is made for one host at a time, so that any number of hosts takes no more memory than one.

mod access;
mod addons;
mod bundle;
mod cni;
mod ec2;
mod endpoint;
mod file;
mod images;
mod keepalived;
mod keys;
mod kube_vip;
mod names;
mod network;
mod node;
mod patches;
mod pki;
mod time;

pub use addons::{chosen as chosen_addons, manifests as addon_manifests};
pub use bundle::{Bundle, of_host, of_pool};
pub use ec2::{secret_name, secret_of};
pub use file::{File, Secrecy};
pub use keys::Keys;
pub use kube_vip::image as kube_vip_image;
pub use network::network_config;

use crate::cluster::{Cluster, Host, Pool, Role};
use crate::kubeadm::{Credentials, Member, Scope, Token};
use crate::node::configuration::{self, DIRECTORY};
use crate::template::Templates;

/// What bundles are made from.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// Definition and image.
    pub scope: Scope<'a>,
    /// The cluster's secrets.
    pub keys: &'a Keys,
    /// Sources of what is plain text.
    pub templates: &'a Templates,
}

/// A host with its part in the cluster.
#[derive(Clone, Copy)]
struct Part<'a> {
    member: Member<'a>,
    role: configuration::Role,
    /// Its place among the control planes, from 0; 0 for workers.
    rank: usize,
}

impl<'a> Part<'a> {
    fn of_host(cluster: &'a Cluster, host: &'a Host) -> Self {
        let rank = control_planes(cluster).position(|other| other.name == host.name);
        let role = match rank {
            Some(0) => configuration::Role::FirstControlPlane,
            Some(_) => configuration::Role::ControlPlane,
            None => configuration::Role::Worker,
        };
        Self { member: Member::Host(host), role, rank: rank.unwrap_or_default() }
    }

    fn of_pool(pool: &'a Pool) -> Self {
        Self { member: Member::Pool(pool), role: configuration::Role::Worker, rank: 0 }
    }

    fn is_first(&self) -> bool {
        self.role == configuration::Role::FirstControlPlane
    }

    fn is_control_plane(&self) -> bool {
        self.role != configuration::Role::Worker
    }

    fn host(&self) -> Option<&'a Host> {
        match self.member {
            Member::Host(host) => Some(host),
            Member::Pool(_) => None,
        }
    }
}

impl<'a> Site<'a> {
    fn cluster(&self) -> &'a Cluster {
        self.scope.cluster
    }

    /// What kubeadm is told of secrets on a host that joins.
    fn credentials(&self, control_plane: bool) -> Credentials<'a> {
        let uploaded = control_plane && self.cluster().upload_certificates;
        Credentials {
            token: if control_plane { &self.keys.control_plane_token } else { &self.keys.worker_token },
            ca_cert_hash: &self.keys.ca_cert_hash,
            certificate_key: uploaded.then_some(self.keys.certificate_key.as_str()),
        }
    }

    /// The tokens that hosts join with.
    fn tokens(&self) -> [Token<'a>; 2] {
        [
            Token { token: &self.keys.control_plane_token, description: "imgbuild: control planes" },
            Token { token: &self.keys.worker_token, description: "imgbuild: workers" },
        ]
    }
}

/// Control planes in the order in which they join.
fn control_planes(cluster: &Cluster) -> impl Iterator<Item = &Host> {
    cluster.hosts.iter().filter(|host| host.role == Role::ControlPlane)
}

/// A path below the agent's folder.
fn below_directory(name: &str) -> String {
    format!("{DIRECTORY}/{name}")
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
