//! Image definitions: `images/*.yaml`, parsed, merged along `extends`, validated.
//!
//! Each file is first checked on its own (syntax, schema number, unknown keys, wrong types), then merged onto
//! what it extends, then the result is validated as a whole into a [`Definition`]. A value remembers the file,
//! line and column that set it all the way, so every error can name them.

mod components;
mod extends;
mod merge;
mod model;
mod place;
mod raw;
pub mod schema;
mod schema_version;
mod tree;
mod typed;
mod validate;

pub use model::*;

use crate::Result;
use crate::architecture::Architecture;
use anyhow::Context as _;
use std::path::Path;

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

fn parse_for(text: &str, path: &Path, architecture: Option<Architecture>) -> Result<Definition> {
    let merged = extends::resolve(text, path)?;
    let origins = place::Origins::of(&merged);
    let raw: raw::RawDefinition = typed::read(&merged, &origins)?;
    let scope = validate::Scope::new(path, architecture, raw.base.architecture);
    Ok(validate::definition(raw, &origins.root(), &scope)?)
}

#[cfg(test)]
mod shipped;
#[cfg(test)]
mod tests;
