//! What a caller wants in the store, and what became of it.

use super::locator::shown;
use crate::digest::Sha256;
use std::collections::BTreeMap;
use std::fmt;

/// A blob that shall be in the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Want {
    /// What people call it, such as `vim_9.0.1378-2_amd64.deb`.
    pub name: String,
    /// Its digest.
    pub sha256: Sha256,
    /// Its length in bytes, if known; downloads are then cut off right after it.
    pub size: Option<u64>,
    /// Candidates in order: `https://`, `http://` or `file://` URLs, or absolute paths.
    pub sources: Vec<String>,
    /// Whether the artifact mirror stands in for the sources (upstream URLs) or not (a Debian mirror).
    pub redirect: bool,
    /// Media type to ask for: registries give a manifest only to those who name its type.
    pub accept: Option<String>,
    /// What the user can do if no source has it.
    pub hint: Option<String>,
}

impl fmt::Debug for Want {
    /// Without the credentials that sources may hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<_> = self.sources.iter().map(|source| shown(source)).collect();
        f.debug_struct("Want")
            .field("name", &self.name)
            .field("sha256", &self.sha256)
            .field("size", &self.size)
            .field("sources", &sources)
            .finish_non_exhaustive()
    }
}

/// What [`super::Store::fetch`] did; each digest counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fetched {
    /// Blobs that came from a source.
    pub downloaded: usize,
    /// Bytes that came from sources, without what an interrupted run had got before.
    pub bytes: u64,
    /// Blobs that were there.
    pub reused: usize,
}

/// One want per digest, in the order of the first mention, with the sources of all.
pub(super) fn merged(wants: &[Want]) -> Vec<Want> {
    let mut place: BTreeMap<Sha256, usize> = BTreeMap::new();
    let mut merged: Vec<Want> = Vec::new();
    for want in wants {
        match place.get(&want.sha256) {
            None => {
                place.insert(want.sha256, merged.len());
                merged.push(want.clone());
            }
            Some(&index) => add_sources(&mut merged[index], want),
        }
    }
    merged
}

/// Only sources that the mirror treats alike can be put together.
fn add_sources(first: &mut Want, second: &Want) {
    if first.redirect == second.redirect {
        let new = second.sources.iter().filter(|source| !first.sources.contains(source));
        let new: Vec<_> = new.cloned().collect();
        first.sources.extend(new);
    }
}
