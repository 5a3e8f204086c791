//! Signatures on papers, and what they prove.
//!
//! The provenance names the image's files and the bill of materials by digest, so a signature on it is one on all of
//! them. An SSH key signs the papers as they are (`ssh-keygen -Y sign`); a key on the curve P-256 signs them in
//! envelopes that `cosign verify-blob-attestation` and policy controllers read.

mod check;
mod dsse;
mod ecdsa;
mod ssh;

pub use check::{Checked, check};

use super::statement::{SPDX, Statement};
use super::{provenance_name, sbom_name};
use crate::Result;
use crate::atomic;
use crate::bake::Manifest;
use crate::error::Fault;
use crate::output::extents;
use crate::secrets::{Key, Secret};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The papers of one image, read and found to be what its manifest says.
struct Papers {
    sbom: Vec<u8>,
    provenance: Vec<u8>,
}

/// Who signs.
enum Signer {
    /// `ssh-keygen` knows what to do with the key in this file, or with the agent's that belongs to it.
    Ssh(PathBuf),
    Ecdsa(Box<Key>),
}

/// Signs the papers in `folder`, where `manifest` is, with the private key in the file `key`; returns what was
/// written beside them.
///
/// # Errors
/// [`crate::error::Kind::Mismatch`] if a file is not what was baked: a signature would lie.
pub fn sign(folder: &Path, manifest: &Manifest, key: &Path) -> Result<Vec<PathBuf>> {
    let signer = Signer::read(key)?;
    check_files(folder, manifest)?;
    let papers = Papers::read(folder, manifest)?;
    let (sbom, provenance) = (sbom_name(&manifest.image), provenance_name(&manifest.image));
    match signer {
        Signer::Ssh(key) => {
            let sign = |name: &str, bytes: &[u8]| write(folder, &ssh::name(name), &ssh::sign(&key, bytes)?);
            Ok(vec![sign(&provenance, &papers.provenance)?, sign(&sbom, &papers.sbom)?])
        }
        Signer::Ecdsa(key) => {
            let sign = |name: &str, payload: &[u8]| {
                write(folder, &dsse::name(name), &dsse::sign(payload, |bytes| ecdsa::sign(&key, bytes))?)
            };
            let statement = serde_json::to_vec(&papers.sbom_statement()?)?;
            Ok(vec![sign(&provenance, &papers.provenance)?, sign(&sbom, &statement)?])
        }
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    atomic::write(&path, bytes)?;
    Ok(path)
}

fn check_files(folder: &Path, manifest: &Manifest) -> Result<()> {
    for (name, _, expected) in manifest.files() {
        let file = fs_err::File::open(folder.join(name))?;
        let found = extents::sha256(file.file()).with_context(|| format!("reading `{name}`"))?;
        if found != expected {
            let message = format!("`{}` is not what was baked", folder.join(name).display());
            return Err(Fault::mismatch(message).hint("run `imgbuild bake` again").into());
        }
    }
    Ok(())
}

impl Papers {
    fn read(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let read = |name: String| {
            if !manifest.papers.contains_key(&name) {
                let message = format!("`{}` has no `{name}`", folder.display());
                return Err(Fault::usage(message).hint("run `imgbuild bake` again").into());
            }
            Ok::<_, anyhow::Error>(fs_err::read(folder.join(name))?)
        };
        Ok(Self {
            sbom: read(sbom_name(&manifest.image))?,
            provenance: read(provenance_name(&manifest.image))?,
        })
    }

    /// The bill of materials as a statement about the same files as the provenance.
    fn sbom_statement(&self) -> Result<Statement> {
        let provenance: Statement =
            serde_json::from_slice(&self.provenance).context("reading the provenance")?;
        let sbom = serde_json::from_slice(&self.sbom).context("reading the bill of materials")?;
        Ok(Statement::new(provenance.subject, SPDX, sbom))
    }
}

impl Signer {
    fn read(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path)?;
        if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") || ssh::is_public_key(&text) {
            return Ok(Self::Ssh(path.to_owned()));
        }
        if text.contains("ENCRYPTED") {
            let message = format!("`{}` is an encrypted key", path.display());
            return Err(Fault::usage(message).hint(NEW_KEY).into());
        }
        let key = Key::read(&Secret::new(text)).map_err(|fault| {
            let message = format!("`{}` {fault}", path.display());
            Fault::usage(message).hint(fault.hint.unwrap_or_else(|| NEW_KEY.to_owned()))
        })?;
        Ok(Self::Ecdsa(Box::new(key)))
    }
}

const NEW_KEY: &str = "give an SSH key, or a key made by `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`, which cosign imports by `cosign import-key-pair`";

#[cfg(test)]
mod tests;
