//! Whether `dist/` already holds what a bake would make.
//!
//! The manifest says what was made; a stamp in the cache says how the files looked when they were written
//! (size, inode, time of last change). Files that still look so are taken as they are; others are hashed.

use super::outputs::{MANIFEST, Manifest};
use crate::Result;
use crate::atomic;
use crate::context::Context;
use crate::digest::Sha256;
use crate::exclusive;
use crate::plan::Step;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The check, in both directions: [`Current::find`] asks, [`Current::remember`] notes.
pub struct Current;

/// How a file looks from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    inode: u64,
    changed: i64,
    changed_nanoseconds: i64,
}

type Stamps = BTreeMap<String, Stamp>;

impl Current {
    /// Held while `directory` is looked at and made anew, so that no other run clears what this one fills; whoever
    /// waited for it finds the image.
    pub fn lock(context: &Context, directory: &Path) -> Result<fs_err::File> {
        let path = stamps_path(context, directory).with_extension("lock");
        fs_err::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        exclusive::open(&path, || {
            context.report.step(format!("waiting for another run to finish `{}`", directory.display()));
        })
    }

    /// The manifest in `directory`, if it is that of `step` and its outputs are intact.
    pub fn find(context: &Context, directory: &Path, step: &Step) -> Result<Option<Manifest>> {
        let Ok(bytes) = fs_err::read(directory.join(MANIFEST)) else { return Ok(None) };
        let Ok(manifest) = serde_json::from_slice::<Manifest>(&bytes) else { return Ok(None) };
        if manifest.key != step.key {
            return Ok(None);
        }
        let stamps = read_stamps(context, directory);
        for (name, size, sha256) in manifest.files() {
            if !is_intact(&directory.join(name), size, sha256, stamps.get(name))? {
                context.report.warn(format!("`{}` is not what was baked", directory.join(name).display()));
                return Ok(None);
            }
        }
        Self::remember(context, directory, &manifest)?;
        Ok(Some(manifest))
    }

    /// The manifest in `directory`, if all its outputs look as they did when they were written.
    pub fn untouched(context: &Context, directory: &Path) -> Option<Manifest> {
        let manifest: Manifest =
            serde_json::from_slice(&fs_err::read(directory.join(MANIFEST)).ok()?).ok()?;
        let stamps = read_stamps(context, directory);
        let looks_so = |name: &String| stamp(&directory.join(name)).ok().as_ref() == stamps.get(name);
        manifest.outputs.keys().all(looks_so).then_some(manifest)
    }

    /// Notes how the outputs in `directory` look now.
    pub fn remember(context: &Context, directory: &Path, manifest: &Manifest) -> Result<()> {
        let stamps = manifest.files().map(|(name, ..)| Ok((name.clone(), stamp(&directory.join(name))?)));
        let stamps = stamps.collect::<Result<Stamps>>()?;
        if stamps == read_stamps(context, directory) {
            return Ok(());
        }
        atomic::write(&stamps_path(context, directory), serde_json::to_vec(&stamps)?)
    }
}

fn is_intact(path: &Path, size: u64, sha256: Sha256, remembered: Option<&Stamp>) -> Result<bool> {
    let Ok(now) = stamp(path) else { return Ok(false) };
    if Some(&now) == remembered {
        return Ok(true);
    }
    Ok(now.size == size && Sha256::of_file(path)? == sha256)
}

fn stamp(path: &Path) -> Result<Stamp> {
    let metadata = fs_err::symlink_metadata(path)?;
    Ok(Stamp {
        size: metadata.len(),
        inode: metadata.ino(),
        changed: metadata.ctime(),
        changed_nanoseconds: metadata.ctime_nsec(),
    })
}

fn read_stamps(context: &Context, directory: &Path) -> Stamps {
    let bytes = fs_err::read(stamps_path(context, directory)).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn stamps_path(context: &Context, directory: &Path) -> PathBuf {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let name = Sha256::of(absolute.as_os_str().as_encoded_bytes());
    context.cache_dir.join("stamps").join(format!("{name}.json"))
}
