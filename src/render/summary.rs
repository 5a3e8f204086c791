//! `cluster.json`: what was rendered, without any secret.

use super::budget::{Budget, Size};
use super::documents::Documents;
use super::machine::{Kind, Machine};
use crate::digest::Sha256;
use crate::kubeadm::Scope;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// File name in the cluster's folder.
pub const SUMMARY: &str = "cluster.json";

/// What was rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// 1.
    pub schema: u32,
    /// Name of the cluster.
    pub cluster: String,
    /// The image that its hosts are made from.
    pub image: String,
    /// Its Kubernetes.
    pub kubernetes_version: String,
    /// `ADDRESS:PORT` of the API.
    pub endpoint: String,
    /// Hosts in the order in which they join, then pools.
    pub hosts: Vec<HostSummary>,
}

/// One machine, or a pool's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostSummary {
    /// Name in the definition.
    pub name: String,
    /// What it is to the cluster.
    pub kind: Kind,
    /// Below the cluster's folder.
    pub folder: String,
    /// Its address; none in a pool.
    pub address: Option<Ipv4Addr>,
    /// Its network card, where it is known.
    pub mac: Option<String>,
    /// By which cloud-init knows it.
    pub instance_id: String,
    /// Document by name.
    pub documents: BTreeMap<String, Document>,
    /// Sizes of what `user-data` carries, by path.
    pub files: BTreeMap<String, Size>,
}

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Digest of the file in the host's folder, which on AWS is compressed.
    pub sha256: Sha256,
    /// Its size as cloud-init reads it (`raw`), and compressed (`gzip`).
    #[serde(flatten)]
    pub size: Size,
}

impl Summary {
    /// Without hosts yet.
    pub fn of(scope: &Scope) -> Self {
        Self {
            schema: 1,
            cluster: scope.cluster.name.clone(),
            image: scope.image.name.clone(),
            kubernetes_version: scope.version().to_string(),
            endpoint: scope.endpoint(),
            hosts: Vec::new(),
        }
    }
}

impl HostSummary {
    /// Of what was rendered for `machine`.
    pub fn of(machine: Machine, documents: &Documents, budget: &Budget) -> Self {
        let host = match machine {
            Machine::Host(host) => Some(host),
            Machine::Pool(..) => None,
        };
        let document = |(name, bytes): (&String, &Vec<u8>)| {
            let size = budget.documents.get(name).copied().unwrap_or_default();
            (name.clone(), Document { sha256: Sha256::of(bytes), size })
        };
        Self {
            name: machine.name().to_owned(),
            kind: machine.kind(),
            folder: machine.folder(),
            address: host.map(|host| host.address),
            mac: host.and_then(|host| host.mac.clone()),
            instance_id: documents.instance_id.clone(),
            documents: documents.delivered.iter().map(document).collect(),
            files: budget.files.clone(),
        }
    }
}
