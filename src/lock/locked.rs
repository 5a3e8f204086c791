//! Proof that a definition has a lock that belongs to it; a bake takes this and nothing less.

use super::file::path_for;
use super::model::{Lock, LockedDownload};
use super::sections::sections;
use crate::Result;
use crate::apt::resolve::Deb;
use crate::definition::{Definition, Download};
use crate::digest::Sha256;
use crate::error::Fault;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::Path;

/// A definition with its lock, which answers all of it.
#[derive(Debug, Clone)]
pub struct Locked {
    definition: Definition,
    lock: Lock,
}

impl Locked {
    /// Reads the lock beside the definition at `path`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Stale`] if there is none or it answers another definition; names the sections.
    pub fn open(definition: Definition, path: &Path) -> Result<Self> {
        let lock_path = path_for(path);
        let Some(lock) = Lock::read(&lock_path)? else {
            return Err(Fault::stale(format!("`{}` has no lock `{}`", path.display(), lock_path.display()))
                .hint(format!("make it with `imgbuild lock {}`", path.display()))
                .into());
        };
        let stale = differences(&sections(&definition)?, &lock.sections);
        if !stale.is_empty() {
            let list = stale.join("`, `");
            let message = format!("`{}` does not answer `{}`: `{list}`", lock_path.display(), path.display());
            return Err(Fault::stale(message).hint(format!("run `imgbuild lock {}`", path.display())).into());
        }
        Ok(Self { definition, lock })
    }

    /// For tests: with a lock that nobody has compared with the definition.
    #[cfg(test)]
    pub fn for_tests(definition: Definition, lock: Lock) -> Self {
        Self { definition, lock }
    }

    /// The definition.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The lock.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The debs of `root`, in canonical order.
    pub fn debs(&self, root: &str) -> Result<Vec<&Deb>> {
        let ids = self.lock.roots.get(root).with_context(|| format!("the lock has no root `{root}`"))?;
        let deb = |id| self.lock.debs.get(id).with_context(|| format!("the lock has no deb `{id}`"));
        ids.iter().map(deb).collect()
    }

    /// What the lock says of `download`.
    pub fn download(&self, download: &Download) -> Result<&LockedDownload> {
        let url = &download.url;
        self.lock.downloads.get(url).with_context(|| format!("the lock has no download `{url}`"))
    }
}

/// Names of the sections that are missing, left over or different.
fn differences(wanted: &BTreeMap<String, Sha256>, locked: &BTreeMap<String, Sha256>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = wanted.keys().chain(locked.keys()).collect();
    names.into_iter().filter(|name| wanted.get(*name) != locked.get(*name)).cloned().collect()
}
