//! What a step's seconds count as. This is the one place that says so; a test holds it against
//! [`crate::node::plan`], which names the steps.

use crate::node::status::Phase;

/// What the seconds of a step count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// kubeadm at work.
    Kubeadm,
    /// The wait for the own control plane, which is a part of `kubeadm init` in one piece.
    ControlPlane,
    /// Baked images become containerd's. A host without them would pull them in kubeadm's time.
    Images,
    /// Manifests, and what the book does to its ingress controller: what a person would do by kubectl.
    Addons,
    /// Something that happens by itself: the host's own start, the clock, the endpoint, other hosts, readiness.
    Waiting,
    /// The agent's own work, which nobody would do on a host that runs kubeadm by hand.
    Own,
}

impl Kind {
    /// Of the step of `phase` that is called `step`.
    pub fn of(phase: Phase, step: &str) -> Self {
        match (phase, step) {
            (Phase::Init, "own API server") => Self::ControlPlane,
            (Phase::Wait | Phase::Clock, _)
            | (Phase::Endpoint | Phase::Init, "endpoint")
            | (Phase::Join, "predecessors")
            | (Phase::Ready, "node")
            | (Phase::Cleanup, "cloud-init") => Self::Waiting,
            (Phase::Init, _) | (Phase::Join, "kubeadm join") => Self::Kubeadm,
            (Phase::Images, _) => Self::Images,
            (Phase::Addons | Phase::Ingress, _) => Self::Addons,
            // files, the endpoint's unit, the approver's start, the handover, secrets
            _ => Self::Own,
        }
    }

    /// Whether a try that fails is work that failed, after which the agent pauses longer and longer. Other steps only
    /// look, every few seconds, whether something has happened.
    pub fn is_work(self) -> bool {
        !matches!(self, Self::ControlPlane | Self::Waiting)
    }
}
