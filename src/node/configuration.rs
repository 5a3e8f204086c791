//! `/etc/imgbuild/node/node.json`: everything that `imgbuild cloud-init` decides for one host and
//! `imgbuild-node` acts on. The agent decides nothing by itself that could be decided here: which kubeadm phases
//! exist in this minor, which images this role needs, who joins before it.
//!
//! The file itself holds no secret; it names the files that do.

use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Where the agent finds everything that was rendered for its host: a folder of mode 0700.
pub const DIRECTORY: &str = "/etc/imgbuild/node";
/// The agent's configuration; the agent's unit starts only if it is there.
pub const PATH: &str = "/etc/imgbuild/node/node.json";
/// `InitConfiguration` and friends on the first control plane, `JoinConfiguration` elsewhere; holds the token.
pub const KUBEADM: &str = "/etc/imgbuild/node/kubeadm.yaml";
/// What belongs in `/etc/kubernetes/pki`: the whole PKI on control planes, `ca.crt` alone on workers.
pub const PKI: &str = "/etc/imgbuild/node/pki";
/// What the agent has done and where it stands; survives reboots.
pub const STATUS: &str = "/var/lib/imgbuild/status.json";
/// The baked container images.
pub const OCI_LAYOUT: &str = "/var/lib/imgbuild/oci";
/// Patches of what kubeadm makes; the folder stays on the host, as `kubeadm upgrade` wants it again.
pub const PATCHES: &str = "/etc/kubernetes/patches";
/// The baked addon manifests.
pub const COMPONENTS: &str = "/etc/kubernetes/components";

/// One host's part in its cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfiguration {
    /// 1.
    pub schema: u32,
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the node; empty in a pool, where the host's own name is taken.
    pub name: String,
    /// What this host is to become.
    pub role: Role,
    /// Whether the agent acts, or only leaves everything in place and prints the commands.
    pub bootstrap: Bootstrap,
    /// `1.36.4`.
    pub kubernetes_version: String,
    /// How this host finds its own address.
    pub address: NodeAddress,
    /// Where the API is reached.
    pub endpoint: Endpoint,
    /// How kubeadm is called.
    pub kubeadm: Kubeadm,
    /// References of the baked images that this role needs, in the order of need.
    pub images: Vec<String>,
    /// Control planes that must be voting etcd members before this host joins, in host order; empty for the
    /// first control plane, and for workers.
    pub predecessors: Vec<Peer>,
    /// Every host that the definition names; whose serving certificates may be approved, and for which addresses.
    /// Empty on workers, which approve nothing.
    pub hosts: Vec<Peer>,
    /// Networks (CIDR) in which members of worker pools have their addresses; empty on workers.
    pub pool_networks: Vec<String>,
    /// Applied by the first control plane, in this order.
    pub addons: Vec<Addon>,
    /// What the first control plane does once the nodes are Ready; empty if nothing.
    pub ingress: Option<Ingress>,
    /// Files to install before kubeadm runs, after it, or both; see [`Install::when`].
    pub install: Vec<Install>,
    /// Absolute paths that are removed once the host is Ready, besides [`DIRECTORY`]'s secrets and what
    /// cloud-init kept of the user-data.
    pub remove: Vec<String>,
    /// On AWS, what the host finds out there; `None` elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ec2: Option<Ec2>,
}

/// What a host on EC2 finds out by itself, besides its provider ID and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ec2 {
    /// Name of the secret in Secrets Manager that has the files which are not in the user-data of this host's group;
    /// `None` if there are none.
    pub secret: Option<String>,
}

/// What a host is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs `kubeadm init`.
    FirstControlPlane,
    /// Joins as a control plane.
    ControlPlane,
    /// Joins as a worker.
    Worker,
}

/// Who drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "operator", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Bootstrap {
    /// The agent.
    Auto,
    /// A person, with the book's commands.
    Manual,
}

/// How a host finds the address by which the cluster knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeAddress {
    /// It is this one; the agent waits until a network card has it.
    Fixed(Ipv4Addr),
    /// The first address on a network card inside this network (CIDR).
    Within(String),
}

/// The API's endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// IP address or DNS name.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// TCP port of API servers on their own hosts.
    pub api_port: u16,
    /// A systemd unit that holds the address on control planes: `keepalived.service`. Started before `init` on
    /// the first control plane, after `join` on the others.
    pub unit: Option<String>,
    /// `super-admin.conf` must be handed over to `admin.conf` in this static pod's manifest after `init`
    /// (kube-vip, Kubernetes 1.29 and later).
    pub handover: Option<String>,
}

/// How kubeadm is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kubeadm {
    /// The phases of `kubeadm init` in order, each the arguments after `kubeadm init phase`; the agent records
    /// each. Empty on hosts that join.
    pub init_phases: Vec<Vec<String>>,
    /// `--skip-phases` of `kubeadm init`, for a person who runs it whole; the agent goes by `init_phases`.
    #[serde(default)]
    pub skip_init_phases: Vec<String>,
    /// `--skip-phases` of `kubeadm join`.
    pub skip_join_phases: Vec<String>,
    /// `--ignore-preflight-errors`.
    pub ignore_preflight_errors: Vec<String>,
    /// More arguments of `kubeadm join`, and of `kubeadm init` for a person who runs it whole; `init_phases` have
    /// their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
}

/// A host of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Node name.
    pub name: String,
    /// Its address; all of them if it has several.
    pub addresses: Vec<Ipv4Addr>,
    /// Whether it runs a control plane.
    pub control_plane: bool,
}

/// Manifests that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addon {
    /// Name, for messages.
    pub name: String,
    /// Absolute paths of manifests, applied in this order by server-side apply; CRDs are awaited after each.
    pub manifests: Vec<String>,
    /// What is changed in applied objects, each time that they are applied.
    #[serde(default)]
    pub patches: Vec<Patch>,
    /// Arguments of `kubectl wait` after which the next addon is applied; empty if nothing is awaited.
    pub wait: Vec<Vec<String>>,
    /// Arguments of `kubectl rollout`, likewise; awaited after `wait`.
    #[serde(default)]
    pub rollout: Vec<Vec<String>>,
}

/// A change of one object: `kubectl patch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Kind and name: `deployment/metrics-server`.
    pub resource: String,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
    /// How the patch is meant.
    #[serde(rename = "type")]
    pub kind: PatchKind,
    /// The patch.
    pub patch: serde_json::Value,
}

/// The types of patches that kubectl knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchKind {
    /// Merges lists of containers by name and such.
    Strategic,
    /// RFC 7386.
    Merge,
    /// RFC 6902.
    Json,
}

impl PatchKind {
    /// As `kubectl patch --type=` wants it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strategic => "strategic",
            Self::Merge => "merge",
            Self::Json => "json",
        }
    }
}

/// An ingress controller: its class becomes the default one, its service gets the node ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "operator", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ingress {
    /// The class.
    pub class: String,
    /// Namespace of the service.
    pub namespace: String,
    /// The service.
    pub service: String,
    /// Port name of the service to node port.
    pub node_ports: BTreeMap<String, u16>,
}

/// A rendered file that the agent puts in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Install {
    /// Below [`DIRECTORY`].
    pub from: String,
    /// Absolute path.
    pub to: String,
    /// Permission bits.
    pub mode: u32,
    /// When it must be there.
    pub when: When,
}

/// The moment at which a file is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before kubeadm runs for the first time.
    BeforeKubeadm,
    /// After kubeadm is through.
    AfterKubeadm,
}

/// The schema number of [`NodeConfiguration`].
pub const SCHEMA: u32 = 1;

impl NodeConfiguration {
    /// Parses and checks the bytes of the file at [`PATH`].
    ///
    /// # Errors
    /// JSON that is none, another schema number, or values that no host can act on.
    pub fn parse(bytes: &[u8]) -> crate::Result<Self> {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let configuration: Self =
            serde_path_to_error::deserialize(&mut json).map_err(|error| refuse(&error.to_string()))?;
        configuration.check()?;
        Ok(configuration)
    }

    fn check(&self) -> Result<(), Fault> {
        if self.schema != SCHEMA {
            return Err(refuse(&format!("schema: it is {}, not {SCHEMA}", self.schema)));
        }
        if self.kubeadm.init_phases.iter().any(Vec::is_empty) {
            return Err(refuse("kubeadm.init_phases: a phase has no name"));
        }
        if self.bootstrap == Bootstrap::Auto
            && self.role == Role::FirstControlPlane
            && self.kubeadm.init_phases.is_empty()
        {
            return Err(refuse("kubeadm.init_phases: there are none"));
        }
        Ok(())
    }
}

fn refuse(why: &str) -> Fault {
    Fault::input(format!("`{PATH}` is not acceptable: {why}"))
        .hint("render this host again, with the imgbuild that its image was baked with")
}
