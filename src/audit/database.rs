//! Databases of vulnerabilities as files: which sort it is, is told by what is in it.

use super::component::Component;
use super::finding::Finding;
use super::osv::{Osv, zip};
use super::tracker::Tracker;
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use anyhow::Context as _;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;

/// A database that has been read.
#[derive(Debug)]
pub struct Database {
    /// Of the file; `None` for a folder.
    pub sha256: Option<Sha256>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Tracker(Tracker),
    Osv(Osv),
}

/// What tells an entry of OSV from a dump of the tracker, whose members are source packages.
#[derive(Deserialize)]
struct Head {
    id: Option<IgnoredAny>,
    affected: Option<IgnoredAny>,
    modified: Option<IgnoredAny>,
}

impl Database {
    /// Reads the database at `path`: a dump of Debian's security tracker, an entry of OSV, or a zip or a folder of
    /// such entries.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(path).with_context(|| format!("reading the database `{}`", path.display()))
    }

    fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self { sha256: None, content: Content::Osv(folder(path)?) });
        }
        let bytes = fs_err::read(path)?;
        let sha256 = Some(Sha256::of(&bytes));
        if bytes.starts_with(b"PK") {
            let mut osv = Osv::default();
            zip::each(&bytes, |name, entry| if is_json(name) { osv.add(&entry) } else { Ok(()) })?;
            return Ok(Self { sha256, content: Content::Osv(checked(osv)?) });
        }
        let head: Head = serde_json::from_slice(&bytes).map_err(|error| unknown(&error))?;
        let is_osv = head.id.is_some() && (head.affected.is_some() || head.modified.is_some());
        let content = if is_osv {
            let mut osv = Osv::default();
            osv.add(&bytes)?;
            Content::Osv(checked(osv)?)
        } else {
            Content::Tracker(tracker(&bytes)?)
        };
        Ok(Self { sha256, content })
    }

    /// What sort it is.
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Tracker(_) => "debian-security-tracker",
            Content::Osv(_) => "osv",
        }
    }

    /// What it knows of `component`.
    pub fn findings(&self, component: &Component) -> Vec<Finding> {
        match &self.content {
            Content::Tracker(tracker) => tracker.findings(component),
            Content::Osv(osv) => osv.findings(component),
        }
    }
}

fn tracker(bytes: &[u8]) -> Result<Tracker> {
    let tracker: Tracker = serde_json::from_slice(bytes).map_err(|error| unknown(&error))?;
    if tracker.is_empty() {
        return Err(Fault::input("there is no issue in it").hint(WHAT).into());
    }
    Ok(tracker)
}

fn folder(path: &Path) -> Result<Osv> {
    let mut osv = Osv::default();
    for entry in fs_err::read_dir(path)? {
        let path = entry?.path();
        if is_json(&path.to_string_lossy()) {
            osv.add(&fs_err::read(&path)?).with_context(|| format!("reading `{}`", path.display()))?;
        }
    }
    checked(osv)
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// An empty database would find every image sound.
fn checked(osv: Osv) -> Result<Osv> {
    if osv.is_empty() {
        return Err(Fault::input("there is no entry in it that is about anything").hint(WHAT).into());
    }
    Ok(osv)
}

fn unknown(error: &serde_json::Error) -> Fault {
    Fault::input(format!("it is neither a dump of Debian's security tracker nor of OSV: {error}")).hint(WHAT)
}

const WHAT: &str = "give the tracker's `data/json`, or a JSON file, zip or folder of entries in OSV's format";
