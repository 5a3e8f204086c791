//! A vulnerability that a component of the image has.

use super::component::Component;
use serde::Serialize;
use std::collections::BTreeSet;

/// One vulnerability in one component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Source package or module.
    pub package: String,
    /// Its version in the image.
    pub version: String,
    /// `CVE-…`, or the database's own name.
    pub id: String,
    /// Other names of it.
    pub aliases: BTreeSet<String>,
    /// Whether the database is sure.
    pub status: Status,
    /// The first version that does not have it, if there is one.
    pub fixed: Option<String>,
    /// How much the database thinks it matters, in its own words.
    pub urgency: Option<String>,
    /// Parts of the image that came from the package.
    pub parts: BTreeSet<String>,
}

/// Whether a database is sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// This version has it.
    Affected,
    /// Nobody has found out yet.
    Undetermined,
}

impl Finding {
    /// The vulnerability `id` of `component`, of which nothing else is known.
    pub fn new(component: &Component, id: &str) -> Self {
        Self {
            package: component.name.clone(),
            version: component.version.clone(),
            id: id.to_owned(),
            aliases: BTreeSet::new(),
            status: Status::Affected,
            fixed: None,
            urgency: None,
            parts: component.parts.clone(),
        }
    }

    /// All its names.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.id).chain(&self.aliases)
    }
}
