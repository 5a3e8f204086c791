//! What one host did, in seconds since it was switched on for the first time.

use super::Shares;
use crate::node::status::{Done, Moment, Phase, Status};
use serde::Serialize;

/// One host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lane {
    /// Its name.
    pub host: String,
    /// Steps in the order in which they ended.
    pub bars: Vec<Bar>,
    /// What its time went into.
    pub shares: Shares,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Its phase.
    pub phase: Phase,
    /// Its name within the phase.
    pub step: String,
    /// Its beginning, in seconds since the host was switched on for the first time.
    pub start: f64,
    /// Its end, likewise.
    pub end: f64,
    /// How often it was tried.
    pub attempts: u32,
}

impl Lane {
    /// What `status` tells.
    pub fn of(status: &Status) -> Self {
        let mut clock = Clock::default();
        let bars: Vec<Bar> = status.history.iter().map(|done| clock.bar(done)).collect();
        let shares = Shares::of(&bars, is_whole(&status.history));
        Self { host: status.host.clone(), bars, shares }
    }

    /// Seconds from power-on to the end of its last step.
    pub fn seconds(&self) -> f64 {
        self.bars.iter().map(|bar| bar.end).fold(0.0, f64::max)
    }
}

/// Whether `history` has every step in its first place. A step that is taken again, after a reboot or because an addon
/// was edited, leaves its place and is the last one.
fn is_whole(history: &[Done]) -> bool {
    let follows = |pair: &[Done]| {
        pair[0].boot_id == pair[1].boot_id
            && (pair[0].phase != Phase::Cleanup || pair[1].phase == Phase::Cleanup)
    };
    history.windows(2).all(follows)
}

/// One scale for all boots of a host. Within a boot the uptime counts. Where a boot began is told by the clock
/// on the wall, which may have been wrong, but a boot never begins before the one before it ended.
#[derive(Default)]
struct Clock {
    boot_id: String,
    /// Where this boot begins on the scale, in seconds.
    offset: f64,
    /// Where the last step ended.
    end: f64,
    /// When the first boot began, by the clock on the wall.
    power_on: Option<f64>,
}

impl Clock {
    fn bar(&mut self, done: &Done) -> Bar {
        if self.boot_id != done.boot_id {
            self.next_boot(done);
        }
        let (start, end) = (self.at(done.started), self.at(done.finished));
        self.end = self.end.max(end);
        Bar { phase: done.phase, step: done.step.clone(), start, end, attempts: done.attempts }
    }

    fn next_boot(&mut self, done: &Done) {
        let boot = wall_seconds(done.started) - uptime_seconds(done.started);
        let power_on = *self.power_on.get_or_insert(boot);
        self.offset = if self.boot_id.is_empty() { 0.0 } else { (boot - power_on).max(self.end) };
        self.boot_id.clone_from(&done.boot_id);
    }

    fn at(&self, moment: Moment) -> f64 {
        self.offset + uptime_seconds(moment)
    }
}

#[allow(clippy::cast_precision_loss)] // a picture's resolution is far coarser
fn uptime_seconds(moment: Moment) -> f64 {
    moment.uptime_ms as f64 / 1000.0
}

#[allow(clippy::cast_precision_loss)] // exact for every date that a clock shows
fn wall_seconds(moment: Moment) -> f64 {
    moment.wall as f64
}
