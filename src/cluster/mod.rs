//! Cluster definitions: `clusters/*.yaml`, parsed and validated.
//!
//! [`crate::document`] reads a file and merges it onto what it extends; here the result is validated as a whole
//! into a [`Cluster`].

mod model;
mod network;
mod patches;
mod raw;
pub mod schema;
mod validate;

pub use model::*;
pub use patches::{KubeadmPatch, KubeadmPatches, PatchTarget};

use crate::Result;
use crate::document::{self, Document, place::directory_of};
use anyhow::Context as _;
use std::path::Path;

/// The cluster that the file at `path` defines.
pub fn load(path: &Path) -> Result<Cluster> {
    let text = fs_err::read_to_string(path).context("reading a cluster definition")?;
    parse(&text, path)
}

/// The cluster that `text` defines; `path` is where it would be, for messages and for what it extends.
pub fn parse(text: &str, path: &Path) -> Result<Cluster> {
    let document = Document::read::<raw::RawCluster>(text, path)?;
    let directory = document::absolute(directory_of(path));
    Ok(validate::cluster(document.typed()?, &document.root(), directory)?)
}

#[cfg(test)]
mod shipped;
#[cfg(test)]
mod tests;
