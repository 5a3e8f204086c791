//! `/var/lib/imgbuild/status.json`: what the agent has done and where it stands. Written by the agent, read by
//! people, `imgbuild boot` and `imgbuild timeline`. No secret is ever in it.

pub mod store;

use super::configuration::Role;
use crate::digest::Sha256;
use serde::{Deserialize, Serialize};

/// The schema number of [`Status`].
pub const SCHEMA: u32 = 1;
/// The virtio port over which the agent also reports every change, one line of JSON each, if the machine has it;
/// `imgbuild boot` gives it to its machines.
pub const PORT: &str = "imgbuild.status";

/// Where one host stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Counts the changes since the host was made; the copy with the higher number is the newer one.
    pub revision: u64,
    /// Name of the host.
    pub host: String,
    /// What it is to become.
    pub role: Role,
    /// The kernel's identifier of this boot.
    pub boot_id: String,
    /// What the agent is doing in a word.
    pub state: State,
    /// The phase that it is in.
    pub phase: Phase,
    /// The step of that phase, for people: `etcd local`.
    pub step: String,
    /// When the step began.
    pub since: Moment,
    /// How often the step was tried, this time included.
    pub attempts: u32,
    /// Why the step did not succeed the last time, in one line; empty once it has.
    pub last_error: String,
    /// What a person should know although nothing failed, such as a clock that nobody confirms.
    pub notes: Vec<String>,
    /// Steps that are done, in the order in which they ended.
    pub history: Vec<Done>,
}

/// What the agent is doing in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A step is on its way.
    Running,
    /// A step failed and is tried again after a while.
    Waiting,
    /// Something is wrong that trying again cannot mend; a person must.
    Failed,
    /// The host is in its cluster, nothing is left to do.
    Done,
    /// Everything is in place, and a person drives: `bootstrap: manual`.
    Manual,
}

/// What a host goes through, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// For name, address and containerd.
    Wait,
    /// The baked container images become containerd's.
    Images,
    /// For a clock that certificates can be judged by.
    Clock,
    /// Files that kubeadm wants.
    Files,
    /// The address of the API.
    Endpoint,
    /// The first control plane begins the cluster.
    Init,
    /// Any other host joins it.
    Join,
    /// kube-vip gets ordinary credentials.
    Handover,
    /// Manifests.
    Addons,
    /// What the book does by hand to its ingress controller.
    Ingress,
    /// The node is Ready.
    Ready,
    /// Secrets that nobody needs any more go.
    Cleanup,
    /// Nothing is left to do.
    Done,
}

/// A point in time by two clocks: one that people know, one that never jumps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970; wrong for as long as the host's clock is.
    pub wall: u64,
    /// Milliseconds since the machine was switched on.
    pub uptime_ms: u64,
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Its phase.
    pub phase: Phase,
    /// Its name within the phase.
    pub step: String,
    /// The boot in which it ended; what `uptime_ms` counts from.
    pub boot_id: String,
    /// The beginning of its first try in that boot.
    pub started: Moment,
    /// Its end.
    pub finished: Moment,
    /// How often it was tried.
    pub attempts: u32,
    /// What it was done with, where doing it again with something else makes a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Sha256>,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Wait => "wait",
            Self::Images => "images",
            Self::Clock => "clock",
            Self::Files => "files",
            Self::Endpoint => "endpoint",
            Self::Init => "init",
            Self::Join => "join",
            Self::Handover => "handover",
            Self::Addons => "addons",
            Self::Ingress => "ingress",
            Self::Ready => "ready",
            Self::Cleanup => "cleanup",
            Self::Done => "done",
        })
    }
}
