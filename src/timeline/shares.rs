//! What the seconds of a host's first boot went into, so that the agent's own share can be told from kubeadm's.

use super::Bar;
use super::kind::Kind;
use crate::node::backoff::Pace;
use serde::Serialize;
use std::time::Duration;

/// The pauses between so many tries last nearly a week.
const MOST_TRIES: u32 = 10_000;

/// Seconds by what they went into, from the beginning of the first step on: what a machine does before its agent
/// starts is not among them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Shares {
    /// kubeadm, and the wait for the control plane that it begins.
    pub kubeadm: f64,
    /// Baked images became containerd's.
    pub images: f64,
    /// Manifests and ingress.
    pub addons: f64,
    /// Waiting for what happens by itself or on other hosts, and the pauses between tries.
    pub waiting: f64,
    /// The agent's own work, with what passed between two steps.
    pub own: f64,
    /// Its own work in percent of kubeadm's. There is none where kubeadm did not run, nor after a power cut or where
    /// addons were applied again: such a status has lost steps, and what passed between others cannot be told.
    pub own_percent: Option<f64>,
}

impl Shares {
    /// Of these steps, which are `whole` if none is missing between them.
    pub fn of(bars: &[Bar], whole: bool) -> Self {
        let mut shares = Self::default();
        for bar in bars {
            shares.add(bar);
        }
        if whole {
            shares.own += gaps(bars);
            shares.own_percent = percent(shares.own, shares.kubeadm);
        }
        shares
    }

    fn add(&mut self, bar: &Bar) {
        let kind = Kind::of(bar.phase, &bar.step);
        let pauses = if kind.is_work() { pauses(bar) } else { 0.0 };
        self.waiting += pauses;
        *self.share(kind) += bar.end - bar.start - pauses;
    }

    fn share(&mut self, kind: Kind) -> &mut f64 {
        match kind {
            Kind::Kubeadm | Kind::ControlPlane => &mut self.kubeadm,
            Kind::Images => &mut self.images,
            Kind::Addons => &mut self.addons,
            Kind::Waiting => &mut self.waiting,
            Kind::Own => &mut self.own,
        }
    }
}

/// The longest that the agent can have paused between the tries of a step: nobody wrote down how long it did, and so
/// kubeadm's share is rather too small than too large.
fn pauses(bar: &Bar) -> f64 {
    let failures = 1..bar.attempts.min(MOST_TRIES);
    let pauses: Duration = failures.map(|failures| Pace::Work.wait(failures, 0)).sum();
    pauses.as_secs_f64().min(bar.end - bar.start)
}

fn gaps(bars: &[Bar]) -> f64 {
    bars.windows(2).map(|pair| (pair[1].start - pair[0].end).max(0.0)).sum()
}

fn percent(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole * 100.0)
}
