//! Entries in the Open Source Vulnerability format (ossf, `osv-schema` 1.x).

mod model;
pub mod zip;

use super::component::{Component, Ecosystem};
use super::finding::Finding;
use super::semver;
use crate::Result;
use crate::apt::version;
use crate::error::Fault;
use model::{Affected, Entry, Event, Range};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Releases of Debian, which OSV numbers.
const DEBIAN: [(&str, &str); 7] = [
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("duke", "15"),
    ("stretch", "9"),
];

/// Entries by ecosystem and package.
#[derive(Debug, Default)]
pub struct Osv {
    entries: BTreeMap<PackageKey, Vec<Mention>>,
}

/// Ecosystem and name.
type PackageKey = (String, String);

/// An entry, and which of its `affected` is meant.
type Mention = (Rc<Entry>, usize);

impl Osv {
    /// Adds the entry in `bytes`, unless it was withdrawn.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let entry: Entry = serde_json::from_slice(bytes).map_err(|error| {
            Fault::input(format!("it is no entry in OSV's format: {error}"))
                .hint("get the database again from where it came")
        })?;
        if entry.withdrawn.is_some() {
            return Ok(());
        }
        let entry = Rc::new(entry);
        for (index, affected) in entry.affected.iter().enumerate() {
            if let Some(package) = &affected.package {
                let key = (package.ecosystem.clone(), package.name.clone());
                self.entries.entry(key).or_default().push((entry.clone(), index));
            }
        }
        Ok(())
    }

    /// Whether it says nothing of anything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What it knows of `component`.
    pub fn findings(&self, component: &Component) -> Vec<Finding> {
        let key = (ecosystem(&component.ecosystem), component.name.clone());
        let entries = self.entries.get(&key).into_iter().flatten();
        entries.filter_map(|(entry, index)| finding(entry, &entry.affected[*index], component)).collect()
    }
}

fn ecosystem(ecosystem: &Ecosystem) -> String {
    match ecosystem {
        Ecosystem::Go => "Go".into(),
        Ecosystem::Debian(name) => match DEBIAN.iter().find(|(codename, _)| codename == name) {
            Some((_, number)) => format!("Debian:{number}"),
            None => "Debian".into(),
        },
    }
}

fn finding(entry: &Entry, affected: &Affected, component: &Component) -> Option<Finding> {
    let compare = match component.ecosystem {
        Ecosystem::Debian(_) => version::compare,
        Ecosystem::Go => semver::compare,
    };
    let ranges = affected.ranges.iter().filter(|range| range.kind != "GIT");
    let mut hits = ranges.filter_map(|range| within(range, &component.version, compare));
    let hit = hits.next();
    let listed = affected.versions.contains(&component.version);
    (hit.is_some() || listed).then(|| Finding {
        aliases: entry.aliases.iter().chain(&entry.upstream).cloned().collect(),
        fixed: hit.and_then(|hit| hit.fixed),
        urgency: affected.urgency(),
        ..Finding::new(component, &entry.id)
    })
}

/// A version is in a range.
struct Hit {
    /// The version that mends it, if there is one.
    fixed: Option<String>,
}

type Compare = fn(&str, &str) -> Ordering;

/// Whether `version` is in `range` (osv-schema, "Evaluation").
fn within(range: &Range, version: &str, compare: Compare) -> Option<Hit> {
    let mut events: Vec<&Event> = range.events.iter().collect();
    events.sort_by(|one, other| order(one, other, compare));
    let mut affected = false;
    let mut fixed = None;
    for event in events {
        match event {
            Event::Introduced(from) if reaches(version, from, compare) => affected = true,
            Event::Fixed(at) if compare(version, at).is_ge() => affected = false,
            Event::LastAffected(last) if compare(version, last).is_gt() => affected = false,
            Event::Fixed(at) if affected && fixed.is_none() => fixed = Some(at.clone()),
            Event::Introduced(_) | Event::Fixed(_) | Event::LastAffected(_) | Event::Limit(_) => {}
        }
    }
    affected.then_some(Hit { fixed })
}

/// `0` comes before every version.
fn reaches(version: &str, from: &str, compare: Compare) -> bool {
    from == "0" || compare(version, from).is_ge()
}

fn order(one: &Event, other: &Event, compare: Compare) -> Ordering {
    match (one.version(), other.version()) {
        ("0", "0") => Ordering::Equal,
        ("0", _) => Ordering::Less,
        (_, "0") => Ordering::Greater,
        (one, other) => compare(one, other),
    }
}
