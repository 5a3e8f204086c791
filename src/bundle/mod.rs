//! Bundles: everything that bakes download, in one folder that goes where no network is.
//!
//! Layout, as `--artifact-mirror` and `--mirror` look for it:
//! - `HOST/PATH`: upstream files, container images as registries have them, debs of further repositories
//! - `debian/PATH`, `debian-security/PATH`: Debian's archives, as far as the lock names their files
//! - `locks/IMAGE.lock`: the locks that it answers
//! - `bundle.json`: which images it is for, and every file with its digest
//!
//! Nobody needs to trust it: a bake checks every file by the lock.

mod record;
mod write;

pub use write::{Added, write};

use crate::Result;
use crate::apt::mirror::{DEBIAN, SECURITY};
use crate::context::Context;
use crate::definition::Definition;
use crate::error::Fault;
use crate::store;
use std::path::{Component, Path, PathBuf};

/// File name of the record.
const RECORD: &str = "bundle.json";

/// A folder that is a bundle.
pub struct Bundle {
    folder: PathBuf,
}

impl Bundle {
    /// The bundle that `--artifact-mirror` names, if it is one on this machine.
    pub fn find(context: &Context) -> Option<Self> {
        let folder = store::mirror_directory(context.artifact_mirror.as_deref()?)?;
        folder.join(RECORD).is_file().then_some(Self { folder })
    }

    /// The file at `path` in it; `None` if it is not there.
    pub fn file(&self, path: &Path) -> Result<Option<String>> {
        let file = self.folder.join(path);
        if !file.is_file() {
            return Ok(None);
        }
        let text = file.to_str().map(ToOwned::to_owned).ok_or_else(|| {
            Fault::usage(format!("`{}` is no UTF-8", file.display())).hint("give the bundle a plainer path")
        })?;
        Ok(Some(text))
    }
}

/// Where bundles have the file `path` of the archive called `archive`.
pub fn archive_path(definition: &Definition, archive: &str, path: &str) -> Result<PathBuf> {
    if let Some(repository) = definition.base.repositories.get(archive) {
        let base = repository.url.trim_end_matches('/');
        return Ok(store::mirror_path(&format!("{base}/{path}"))?);
    }
    debug_assert!([DEBIAN, SECURITY].contains(&archive));
    inside(&Path::new(archive).join(path))
}

/// `path`, if it cannot lead out of the folder that it is below.
fn inside(path: &Path) -> Result<PathBuf> {
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(path.to_owned());
    }
    Err(Fault::input(format!("`{}` leads out of a bundle", path.display()))
        .hint("make the lock anew with `imgbuild lock --update`")
        .into())
}

#[cfg(test)]
mod tests;
