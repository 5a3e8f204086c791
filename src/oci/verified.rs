//! Proof that a file has the digest it is used for, so that large layers are hashed once and not at every use.

use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use std::path::{Path, PathBuf};

/// A file whose digest is known for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    sha256: Sha256,
    size: u64,
    path: PathBuf,
}

impl Verified {
    /// Hashes the file at `path`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Mismatch`] if its digest is not `sha256`.
    pub fn check(sha256: Sha256, path: &Path) -> Result<Self> {
        let found = Sha256::of_file(path)?;
        if found != sha256 {
            let message =
                format!("`{}` has digest {}, not {}", path.display(), found.prefixed(), sha256.prefixed());
            return Err(Fault::mismatch(message).hint("run `imgbuild fetch` to get it again").into());
        }
        Self::vouched(sha256, path)
    }

    /// Takes the caller's word, who has hashed the file: the store before it gives out a path, or the step of
    /// this cache that made it.
    pub fn vouched(sha256: Sha256, path: &Path) -> Result<Self> {
        Ok(Self { sha256, size: fs_err::metadata(path)?.len(), path: path.to_owned() })
    }

    /// Its digest.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
