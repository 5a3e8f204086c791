//! The members of an entry that are asked about.

use serde::Deserialize;
use serde_json::Value;

/// A vulnerability.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// The database's name of it.
    pub id: String,
    /// Other names of the same.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it follows from: an entry about Debian names its CVE here.
    #[serde(default)]
    pub upstream: Vec<String>,
    /// When it turned out to be none.
    pub withdrawn: Option<String>,
    /// Which packages have it.
    #[serde(default)]
    pub affected: Vec<Affected>,
}

/// A package that has it.
#[derive(Debug, Deserialize)]
pub struct Affected {
    /// Which one.
    pub package: Option<Package>,
    /// Versions from and to.
    #[serde(default)]
    pub ranges: Vec<Range>,
    /// Versions one by one.
    #[serde(default)]
    pub versions: Vec<String>,
    /// What its ecosystem says besides.
    #[serde(default)]
    ecosystem_specific: Value,
}

/// A package of an ecosystem.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// `Debian:12`, `Go`.
    pub ecosystem: String,
    /// Its name there.
    pub name: String,
}

/// Where it came and went.
#[derive(Debug, Deserialize)]
pub struct Range {
    /// `ECOSYSTEM`, `SEMVER` or `GIT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In any order.
    pub events: Vec<Event>,
}

/// A version at which something changed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// From here on; `0` is before every version.
    Introduced(String),
    /// From here on no more.
    Fixed(String),
    /// After this no more.
    LastAffected(String),
    /// For ranges of commits.
    Limit(String),
}

impl Event {
    /// The version.
    pub fn version(&self) -> &str {
        let (Self::Introduced(version)
        | Self::Fixed(version)
        | Self::LastAffected(version)
        | Self::Limit(version)) = self;
        version
    }
}

impl Affected {
    /// How much the ecosystem thinks it matters.
    pub fn urgency(&self) -> Option<String> {
        let urgency =
            ["urgency", "severity"].iter().find_map(|name| self.ecosystem_specific.get(name)?.as_str());
        urgency.map(ToOwned::to_owned)
    }
}
