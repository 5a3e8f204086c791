//! `manifest.json` and `SHA256SUMS`: what went into the outputs, and what they are.

use super::Bakery;
use crate::Result;
use crate::atomic;
use crate::definition::Format;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::lock::Lock;
use crate::plan::Inputs;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// File name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// File name of the checksums, in the format of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// Everything that went in, and every output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1.
    pub schema: u32,
    /// The image's name.
    pub image: String,
    /// Digest over all inputs.
    pub key: Sha256,
    /// Version of imgbuild.
    pub imgbuild: String,
    /// The inputs of the last step by name; those of earlier steps are behind their keys and in the lock.
    pub inputs: Inputs,
    /// The definition as it was validated.
    pub definition: serde_json::Value,
    /// The lock.
    pub lock: Lock,
    /// Output files by name.
    pub outputs: BTreeMap<String, Output>,
    /// Bill of materials, provenance and catalog of boxes, by file name.
    #[serde(default)]
    pub papers: BTreeMap<String, Paper>,
}

/// A file that says what the outputs are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Size in bytes.
    pub size: u64,
    /// Digest of the file.
    pub sha256: Sha256,
}

/// An output file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// `raw`, `qcow2`, …
    pub format: Format,
    /// Size in bytes; for a raw image including its holes.
    pub size: u64,
    /// Digest of the file.
    pub sha256: Sha256,
}

impl Output {
    /// What the file at `path` is.
    pub fn of_file(format: Format, path: &Path) -> Result<Self> {
        Ok(Self { format, size: fs_err::metadata(path)?.len(), sha256: Sha256::of_file(path)? })
    }
}

impl Paper {
    /// Writes `value` as JSON to `path`.
    pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<Self> {
        let mut bytes = serde_json::to_vec_pretty(value)?;
        bytes.push(b'\n');
        atomic::write(path, &bytes)?;
        Ok(Self { size: bytes.len() as u64, sha256: Sha256::of(&bytes) })
    }
}

impl Manifest {
    pub(super) fn of(
        bakery: &Bakery,
        outputs: BTreeMap<String, Output>,
        papers: BTreeMap<String, Paper>,
    ) -> Result<Self> {
        let definition = bakery.locked.definition();
        Ok(Self {
            schema: 1,
            image: definition.name.clone(),
            key: bakery.plan.disk.key,
            imgbuild: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: bakery.plan.disk.inputs.clone(),
            definition: serde_json::to_value(definition)?,
            lock: bakery.locked.lock().clone(),
            outputs,
            papers,
        })
    }

    /// The manifest in `directory`.
    ///
    /// # Errors
    /// There is none, or it is not one that this imgbuild reads.
    pub fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(MANIFEST);
        let bytes = fs_err::read(&path).map_err(|error| {
            Fault::usage(format!("there is no baked image: {error}")).hint("run `imgbuild bake` first")
        })?;
        serde_json::from_slice(&bytes).with_context(|| format!("reading `{}`", path.display()))
    }

    /// Every file but the manifest itself and the checksums: name, size, digest.
    pub fn files(&self) -> impl Iterator<Item = (&String, u64, Sha256)> {
        let outputs = self.outputs.iter().map(|(name, output)| (name, output.size, output.sha256));
        outputs.chain(self.papers.iter().map(|(name, paper)| (name, paper.size, paper.sha256)))
    }

    /// Name and record of the output in this format, if there is one.
    pub fn output(&self, format: Format) -> Option<(&String, &Output)> {
        self.outputs.iter().find(|(_, output)| output.format == format)
    }

    /// The text of `SHA256SUMS`; `manifest` is the text of the manifest itself.
    pub fn sums(&self, manifest: &[u8]) -> String {
        let mut sums: BTreeMap<&str, Sha256> =
            self.files().map(|(name, _, sha256)| (name.as_str(), sha256)).collect();
        sums.insert(MANIFEST, Sha256::of(manifest));
        let mut text = String::new();
        for (name, sha256) in sums {
            let _ = writeln!(text, "{sha256}  {name}");
        }
        text
    }
}
