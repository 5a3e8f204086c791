//! The validated form of a cluster definition. It can only be made by [`super::load`] and [`super::parse`], so
//! whoever holds one need not check it again.

use super::patches::KubeadmPatches;
use crate::node::configuration::{Bootstrap, Ingress};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

/// Hosts that become a cluster.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cluster {
    /// A DNS label.
    pub name: String,
    /// The folder of the definition file.
    pub directory: PathBuf,
    /// Name of the image that all hosts are made from: a folder in `dist/`.
    pub image: String,
    /// Where the hosts run.
    pub platform: Platform,
    /// Where the API is reached.
    pub endpoint: Endpoint,
    /// Pod addresses.
    pub pod_network: Network,
    /// Service addresses.
    pub service_network: Network,
    /// First and last node port.
    pub node_ports: (u16, u16),
    /// DNS domain of services: `cluster.local`.
    pub dns_domain: String,
    /// How pods reach each other.
    pub network: PodNetworking,
    /// `None` leaves kubeadm's own taints; empty lets control planes run workloads.
    pub taints: Option<Vec<Taint>>,
    /// Extra arguments of programs, each by flag name without dashes.
    pub extra_arguments: ExtraArguments,
    /// What is changed in what kubeadm makes.
    pub kubeadm_patches: KubeadmPatches,
    /// Names of addons, applied in this order: manifests that the image has under
    /// `/etc/kubernetes/components/NAME.yaml` or `/etc/kubernetes/components/NAME/*.yaml`.
    pub addons: Vec<String>,
    /// Ingress controller's default class and node ports, if the cluster has one.
    pub ingress: Option<Ingress>,
    /// Who drives the first boot.
    pub bootstrap: Bootstrap,
    /// How long a bootstrap token lives.
    pub token_lifetime: Duration,
    /// `--upload-certs` with `certificateKey` as in the book, instead of a PKI made beforehand.
    pub upload_certificates: bool,
    /// Whether host01 gets the book's `k8s-all` with a key that every host accepts.
    pub k8s_all: bool,
    /// Network settings that hosts share unless they set their own.
    pub subnet: Subnet,
    /// Public keys in `authorized_keys` form that may log in as cloud-init's default user.
    pub ssh_authorized_keys: Vec<String>,
    /// Hosts in the order in which they join; the first control plane initialises.
    pub hosts: Vec<Host>,
    /// Any number of identical workers, by pool name.
    pub pools: BTreeMap<String, Pool>,
}

/// Where hosts run, which decides how they get their data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Any machine that is given a `NoCloud` seed.
    Nocloud,
    /// Vagrant, whose hosts have a NAT card besides the cluster's.
    Vagrant,
    /// EC2 user-data.
    Aws,
}

/// The API's endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// IP address or DNS name.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// Who holds the address.
    pub provider: Provider,
    /// VRRP's virtual router of keepalived: 1 to 255.
    pub virtual_router_id: u8,
}

/// Who holds the API's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// A static pod on every control plane.
    KubeVip,
    /// A daemon of the image on every control plane.
    Keepalived,
    /// An AWS network load balancer.
    Nlb,
    /// Something outside, or the only control plane's own address.
    External,
}

/// An IPv4 network; written as `192.168.61.0/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    /// First address.
    pub address: Ipv4Addr,
    /// Length of the prefix, 0 to 32.
    pub prefix: u8,
}

/// How pods reach each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PodNetworking {
    /// Calico, from the addon of that name.
    Calico,
    /// A /24 of the pod network per host on the `ptp` plugin, and routes to all other hosts.
    StaticRoutes,
    /// Nothing: an addon of the user's own.
    None,
}

/// A taint of control planes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taint {
    /// Label-like key.
    pub key: String,
    /// Value, may be empty.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// Extra arguments by flag name without dashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ExtraArguments {
    /// `kube-apiserver`.
    pub api_server: BTreeMap<String, String>,
    /// `kube-controller-manager`.
    pub controller_manager: BTreeMap<String, String>,
    /// `kube-scheduler`.
    pub scheduler: BTreeMap<String, String>,
    /// `etcd`.
    pub etcd: BTreeMap<String, String>,
    /// `kubelet` of every host.
    pub kubelet: BTreeMap<String, String>,
    /// Fields of `KubeletConfiguration`, by name.
    pub kubelet_configuration: BTreeMap<String, serde_json::Value>,
}

/// The network that hosts stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subnet {
    /// The hosts' own network.
    pub network: Network,
    /// Router; `None` where another card has the default route, or there is no way out.
    pub gateway: Option<Ipv4Addr>,
    /// DNS servers.
    pub nameservers: Vec<Ipv4Addr>,
}

/// What a host is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the control plane and etcd.
    ControlPlane,
    /// Runs workloads only.
    Worker,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Host {
    /// Host and node name: a DNS label.
    pub name: String,
    /// What it becomes.
    pub role: Role,
    /// Its address in the hosts' network.
    pub address: Ipv4Addr,
    /// Lower-case MAC address of the card with that address; `None` on AWS, where it is not known beforehand.
    pub mac: Option<String>,
    /// Name that the card gets: `eth0`.
    pub interface: String,
    /// Its pods' network, with static routes.
    pub pod_network: Option<Network>,
    /// Labels of the node.
    pub labels: BTreeMap<String, String>,
    /// Extra kubelet arguments of this host alone.
    pub kubelet_arguments: BTreeMap<String, String>,
    /// Virtual processors, for Vagrant and `imgbuild boot`.
    pub cpus: u16,
    /// Memory in MiB, for Vagrant and `imgbuild boot`.
    pub memory: u32,
    /// Ports forwarded from the machine that runs the VM: guest port to host port.
    pub forwarded_ports: BTreeMap<u16, u16>,
}

/// Any number of identical workers: one user-data for all of them; they find their names and addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pool {
    /// The network in which members have their addresses.
    pub network: Network,
    /// Labels of the nodes.
    pub labels: BTreeMap<String, String>,
    /// Extra kubelet arguments of its members.
    pub kubelet_arguments: BTreeMap<String, String>,
}
