//! What a cluster definition file may hold, as serde sees it: every key is optional here, because a file may be
//! only the base of others. The doc comments become the descriptions of the JSON Schema, so they address users.

mod addons;
mod arguments;
mod host;
mod network;

pub use addons::RawIngress;
pub use arguments::{RawArguments, RawTaint};
pub use host::{RawHost, RawPool};
pub use network::{RawEndpoint, RawSubnet};

use super::model::{Platform, PodNetworking};
use crate::document::{Extends, Raw};
use crate::node::configuration::Bootstrap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Hosts that become a Kubernetes cluster. A file may extend another: mappings merge key by key, scalars and
/// lists are replaced, `null` removes an inherited key, and a key that ends in `+` appends to the inherited list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "imgbuild cluster definition")]
pub struct RawCluster {
    /// Version of this format: 1.
    #[schemars(extend("const" = crate::document::SUPPORTED))]
    #[allow(dead_code)] // judged by `document` before this struct is read
    pub schema: u64,
    /// A definition to start from, relative to this file; of several, each is laid over the ones before it.
    #[allow(dead_code)] // followed by `document` before this struct is read
    #[schemars(with = "Option<Extends>")]
    pub extends: Option<serde_json::Value>,
    /// Name of the cluster and of its output folder, a DNS label; not inherited.
    pub name: Option<String>,
    /// Name of the image that all hosts are made from: `debian-13`.
    pub image: Option<String>,
    /// Where the hosts run; `nocloud` if not set.
    pub platform: Option<Platform>,
    /// Where the API is reached.
    #[serde(default)]
    pub endpoint: RawEndpoint,
    /// The network that the hosts stand in.
    #[serde(default)]
    pub subnet: RawSubnet,
    /// Pod addresses; `172.31.0.0/16` if not set.
    pub pod_network: Option<String>,
    /// Service addresses; `10.96.0.0/12` if not set.
    pub service_network: Option<String>,
    /// First and last node port; `30000-32767` if not set.
    pub node_ports: Option<String>,
    /// DNS domain of services; `cluster.local` if not set.
    pub dns_domain: Option<String>,
    /// How pods reach each other; `static-routes` if not set.
    pub network: Option<PodNetworking>,
    /// Taints of control planes; kubeadm's own if not set, `[]` lets them run workloads.
    pub taints: Option<Vec<RawTaint>>,
    /// Extra arguments of Kubernetes' programs.
    #[serde(default)]
    pub extra_arguments: RawArguments,
    /// Strategic merge patches of what kubeadm makes, by `etcd`, `kube-apiserver`, `kube-controller-manager`,
    /// `kube-scheduler`, `kubeletconfiguration` (Kubernetes 1.25 and later) or `corednsdeployment` (1.31 and later).
    #[serde(default)]
    pub kubeadm_patches: BTreeMap<String, serde_json::Value>,
    /// Addons; applied in this order, each behind those that its `after` names: `[calico, metrics-server]`.
    #[serde(default)]
    pub addons: Vec<String>,
    /// Ingress controller; that of the first addon that brings one if not set.
    pub ingress: Option<RawIngress>,
    /// Who drives the first boot: `auto` if not set; `manual` leaves everything in place and runs nothing.
    pub bootstrap: Option<Bootstrap>,
    /// How long hosts may join after the cluster was made; `24h` if not set.
    pub token_lifetime: Option<String>,
    /// Hand certificates to control planes through the cluster (`kubeadm init --upload-certs`) instead of giving
    /// them a PKI made beforehand.
    #[serde(default)]
    pub upload_certificates: bool,
    /// Give the first host `k8s-all`, which runs a command on all hosts.
    #[serde(default)]
    pub k8s_all: bool,
    /// Public SSH keys that may log in as cloud-init's default user.
    #[serde(default)]
    pub ssh_authorized_keys: Vec<String>,
    /// The hosts; the first makes the cluster, other control planes join in this order, workers whenever the API
    /// answers.
    #[serde(default)]
    pub hosts: Vec<RawHost>,
    /// Any number of identical workers with one user-data for all, by pool name.
    #[serde(default)]
    pub pools: BTreeMap<String, RawPool>,
}

impl Raw for RawCluster {
    const SCHEMA_COMMAND: &'static str = "imgbuild schema cluster";
}
