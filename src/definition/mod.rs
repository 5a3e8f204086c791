//! Image definitions: `images/*.yaml`, parsed, merged along `extends`, validated.
//!
//! [`crate::document`] reads a file and merges it onto what it extends; here the result is validated as a whole
//! into a [`Definition`].

mod components;
mod model;
mod raw;
pub mod schema;
mod validate;

pub use model::*;
pub(crate) use raw::RawDigest;
pub(crate) use validate::checks;

use crate::Result;
use crate::architecture::Architecture;
use crate::document::{self, Document};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The definition in the file at `path`.
pub fn load(path: &Path) -> Result<Definition> {
    load_for(path, None)
}

/// The definition in the file at `path`, for `architecture` whatever the file says.
pub fn load_for(path: &Path, architecture: Option<Architecture>) -> Result<Definition> {
    let text = fs_err::read_to_string(path).context("reading an image definition")?;
    parse_for(&text, path, architecture)
}

/// The definition in `text`; `path` is where it would be, for messages and for what it refers to.
pub fn parse(text: &str, path: &Path) -> Result<Definition> {
    parse_for(text, path, None)
}

/// The files that the definition in the file at `path` extends itself, in order.
pub fn bases(path: &Path) -> Result<Vec<PathBuf>> {
    document::bases(&fs_err::read_to_string(path).context("reading an image definition")?, path)
}

fn parse_for(text: &str, path: &Path, architecture: Option<Architecture>) -> Result<Definition> {
    let document = Document::read::<raw::RawDefinition>(text, path)?;
    let raw: raw::RawDefinition = document.typed()?;
    let scope = validate::Scope::new(path, architecture, raw.base.architecture);
    Ok(validate::definition(raw, &document.root(), &scope)?)
}

#[cfg(test)]
mod shipped;
#[cfg(test)]
mod tests;
