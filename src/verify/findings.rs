//! Collects findings: the first ones are kept, all are counted.

use super::difference::{Change, Difference, Finding, Place};

/// What has been found so far.
#[derive(Default)]
pub struct Findings {
    count: u64,
    kept: Vec<Finding>,
}

impl Findings {
    /// Whether one more would be kept, so that it is worth its details.
    pub fn has_room(&self) -> bool {
        self.kept.len() < Difference::MOST
    }

    /// Notes how `subject` differs; it does not if `changes` is empty.
    pub fn note(&mut self, subject: impl Into<String>, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        self.count += 1;
        if self.has_room() {
            self.kept.push(Finding { subject: subject.into(), changes });
        }
    }

    /// The difference in `place`, if anything was found.
    pub fn finish(self, place: Place) -> Option<Difference> {
        (self.count > 0).then_some(Difference { place, count: self.count, findings: self.kept })
    }
}
