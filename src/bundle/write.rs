//! Fills a bundle: what is there and right stays, everything else is written aside and renamed; the record comes
//! last, so an interrupted run leaves a folder that the next one completes.

use super::record::Record;
use super::{archive_path, inside};
use crate::Result;
use crate::apt::source_package::SourceFile;
use crate::atomic;
use crate::context::Context;
use crate::digest::{HashingReader, Sha256};
use crate::error::Fault;
use crate::exclusive;
use crate::lock::Locked;
use crate::parallel::for_each;
use crate::store::{self, Store, Want};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What became of a bundle.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Files that were written.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were there.
    pub kept: usize,
}

/// Puts into `folder` what `locked` names, all of which the store must have; `wants` say from where it was fetched.
pub fn write(
    context: &Context,
    store: &Store,
    locked: &Locked,
    wants: &[Want],
    folder: &Path,
) -> Result<Added> {
    fs_err::create_dir_all(folder)?;
    let whole = fs_err::File::open(folder)?;
    exclusive::lock(&whole, || {
        context.report.step(format!("waiting for another run to finish with `{}`", folder.display()));
    })?;
    let mut record = Record::read(folder)?;
    let files = paths(locked, wants)?;
    let added = Mutex::new(Added::default());
    let list: Vec<(&PathBuf, &Sha256)> = files.iter().collect();
    for_each(&list, context.jobs, |(path, sha256), _| {
        let written = place(store, sha256, &folder.join(path))?;
        added.lock().unwrap_or_else(PoisonError::into_inner).count(written);
        Ok(())
    })?;
    let image = &locked.definition().name;
    let lock = locked.lock().to_json()?;
    atomic::write(&folder.join("locks").join(format!("{image}.lock")), &lock)?;
    record.images.insert(image.clone(), Sha256::of(&lock));
    record.files.extend(files.iter().map(|(path, sha256)| (path.display().to_string(), *sha256)));
    record.write(folder)?;
    Ok(added.into_inner().unwrap_or_else(PoisonError::into_inner))
}

impl Added {
    /// One more file, of which so many bytes were written; `None` if it was there.
    fn count(&mut self, written: Option<u64>) {
        match written {
            None => self.kept += 1,
            Some(bytes) => {
                self.files += 1;
                self.bytes += bytes;
            }
        }
    }
}

/// Every file by its place in the bundle.
fn paths(locked: &Locked, wants: &[Want]) -> Result<BTreeMap<PathBuf, Sha256>> {
    let (definition, lock) = (locked.definition(), locked.lock());
    let mut paths = BTreeMap::new();
    for deb in lock.debs.values() {
        paths.insert(archive_path(definition, &deb.archive, &deb.path)?, deb.sha256);
    }
    for SourceFile { archive, path, sha256, .. } in lock.sources.values().flat_map(BTreeMap::values).flatten()
    {
        paths.insert(archive_path(definition, archive, path)?, *sha256);
    }
    for want in wants.iter().filter(|want| want.redirect) {
        // what mirrors of a registry have comes before what the registry itself has, which is what is asked there
        if let Some(source) = want.sources.last() {
            paths.insert(inside(&store::mirror_path(source)?)?, want.sha256);
        }
    }
    Ok(paths)
}

/// Copies a blob to `path` unless that has its digest already; returns how many bytes were written.
fn place(store: &Store, sha256: &Sha256, path: &Path) -> Result<Option<u64>> {
    if path.is_file() && Sha256::of_file(path)? == *sha256 {
        return Ok(None);
    }
    let mut blob = HashingReader::new(fs_err::File::open(store.file(sha256)?)?);
    let mut written = None;
    atomic::write_with(path, |file| {
        std::io::copy(&mut blob, file)?;
        let (found, length) = blob.finish();
        written = Some(length);
        if found == *sha256 {
            return Ok(());
        }
        let message = format!("the store gave other bytes for `{}` than it has", path.display());
        Err(Fault::mismatch(message).hint("check the disk, and run this again").into())
    })?;
    Ok(written)
}
