//! Where blobs are, and whether they are what their names say.

use super::partial::Partial;
use crate::Result;
use crate::atomic;
use crate::digest::Sha256;
use crate::report::Report;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What verification found under a digest's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Absent,
    Damaged,
    Sound,
}

/// The directories of a store, and which blobs this process has hashed.
pub(super) struct Blobs {
    root: PathBuf,
    verified: Mutex<BTreeSet<Sha256>>,
}

impl Blobs {
    pub fn open(root: &Path) -> Result<Self> {
        fs_err::create_dir_all(root.join("sha256"))?;
        fs_err::create_dir_all(root.join("partial"))?;
        Ok(Self { root: root.to_owned(), verified: Mutex::default() })
    }

    pub fn path(&self, sha256: &Sha256) -> PathBuf {
        let name = sha256.to_string();
        self.root.join("sha256").join(&name[..2]).join(name)
    }

    /// A regular file of that name, and not one emptied by a crash of the file system.
    pub fn contains(&self, sha256: &Sha256) -> bool {
        let metadata = fs_err::metadata(self.path(sha256));
        metadata.is_ok_and(|m| m.is_file() && (m.len() > 0 || *sha256 == Sha256::of("")))
    }

    /// Hashes the blob, unless this process has done so before.
    pub fn verify(&self, sha256: &Sha256) -> Result<State> {
        if !self.contains(sha256) {
            let there = self.path(sha256).exists();
            return Ok(if there { State::Damaged } else { State::Absent });
        }
        if self.verified().contains(sha256) {
            return Ok(State::Sound);
        }
        match Sha256::of_file(&self.path(sha256)) {
            Ok(found) if found == *sha256 => {
                self.verified().insert(*sha256);
                Ok(State::Sound)
            }
            Ok(_) => Ok(State::Damaged),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(State::Absent),
            Err(error) => Err(error).context("verifying a blob of the store"),
        }
    }

    /// The download of `sha256` on its way, locked; waits while another run has it.
    pub fn partial(&self, sha256: &Sha256, report: &Report) -> Result<Partial> {
        let path = self.root.join("partial").join(sha256.to_string());
        Partial::acquire(&path, || {
            report.step(format!("waiting for another run to finish with sha256:{sha256}"));
        })
    }

    /// An empty file for bytes whose digest is not known yet. Slots of killed runs are used again, so they
    /// do not pile up.
    pub fn scratch(&self) -> Result<Partial> {
        for slot in 0_u32.. {
            let path = self.root.join("partial").join(format!("scratch-{slot}"));
            if let Some(mut scratch) = Partial::try_acquire(&path)? {
                scratch.restart()?;
                return Ok(scratch);
            }
        }
        anyhow::bail!("every scratch file of the store is in use")
    }

    /// Makes `partial`, whose content has been found to have this digest, a blob.
    pub fn adopt(&self, partial: Partial, sha256: &Sha256) -> Result<()> {
        partial.publish(&self.path(sha256))?;
        self.verified().insert(*sha256);
        Ok(())
    }

    /// Hashes `partial` and makes it a blob.
    pub fn adopt_unnamed(&self, partial: Partial) -> Result<Sha256> {
        let sha256 = Sha256::of_file(partial.path())?;
        self.adopt(partial, &sha256)?;
        Ok(sha256)
    }

    /// Moves a damaged blob out of the way; the caller holds the lock of its partial file.
    pub fn quarantine(&self, sha256: &Sha256) -> Result<PathBuf> {
        let corrupt = self.root.join("corrupt");
        fs_err::create_dir_all(&corrupt)?;
        let to = corrupt.join(sha256.to_string());
        self.verified().remove(sha256);
        atomic::rename(&self.path(sha256), &to)?;
        Ok(to)
    }

    fn verified(&self) -> std::sync::MutexGuard<'_, BTreeSet<Sha256>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
