//! Debian's security tracker: the dump that it publishes as `tracker/data/json`, from source package to issue to
//! release (security-tracker, `bin/tracker_service.py`, `_get_json`).

use super::component::{Component, Ecosystem};
use super::finding::{Finding, Status};
use crate::apt::version;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Issues by source package and name.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Tracker(BTreeMap<String, BTreeMap<String, Issue>>);

/// A vulnerability in one source package.
#[derive(Debug, Deserialize)]
struct Issue {
    #[serde(default)]
    releases: BTreeMap<String, Release>,
}

/// What becomes of it in one release.
#[derive(Debug, Deserialize)]
struct Release {
    status: String,
    #[serde(default)]
    fixed_version: Option<String>,
    #[serde(default)]
    urgency: Option<String>,
}

impl Tracker {
    /// Whether it says nothing of anything.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeMap::is_empty)
    }

    /// What it knows of `component`.
    pub fn findings(&self, component: &Component) -> Vec<Finding> {
        let Ecosystem::Debian(release) = &component.ecosystem else { return Vec::new() };
        let issues = self.0.get(&component.name).into_iter().flatten();
        let here = issues.filter_map(|(id, issue)| Some((id, issue.releases.get(release)?)));
        here.filter_map(|(id, release)| release.finding(id, component)).collect()
    }
}

impl Release {
    fn finding(&self, id: &str, component: &Component) -> Option<Finding> {
        let finding = Finding { urgency: self.urgency.clone(), ..Finding::new(component, id) };
        match (self.status.as_str(), self.fixed_version.as_deref()) {
            ("resolved", Some(fixed)) => {
                // `0` is for releases that never had it
                let affected = version::compare(&component.version, fixed).is_lt();
                affected.then(|| Finding { fixed: Some(fixed.to_owned()), ..finding })
            }
            ("resolved", None) => None,
            ("undetermined", _) => Some(Finding { status: Status::Undetermined, ..finding }),
            _ => Some(finding),
        }
    }
}
