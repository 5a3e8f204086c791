//! The first boot of several hosts, step by step: what `imgbuild-node` reported of each, as a table and a picture,
//! and what the time went into.

mod kind;
mod lane;
mod picture;
mod shares;
mod table;

pub use lane::{Bar, Lane};
pub use shares::Shares;

use crate::node::status::Status;
use serde::Serialize;

/// When each host did what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// One for each host, in the order in which they were given.
    pub lanes: Vec<Lane>,
}

impl Timeline {
    /// What `statuses` tell, one for each host.
    pub fn of(statuses: &[Status]) -> Self {
        Self { lanes: statuses.iter().map(Lane::of).collect() }
    }

    /// Seconds from power-on to the end of the last step of all hosts.
    pub fn seconds(&self) -> f64 {
        self.lanes.iter().map(Lane::seconds).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
