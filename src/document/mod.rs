//! What image and cluster definitions have in common: YAML files with a schema number that extend each other.
//!
//! Each file is first checked on its own (syntax, schema number, unknown keys, wrong types), then merged onto
//! what it extends. A value remembers the file, line and column that set it all the way, so every error can
//! name them.

mod extends;
mod merge;
pub mod names;
pub mod place;
pub mod schema;
mod schema_version;
mod tree;
mod typed;

pub use extends::bases;
pub use schema_version::SUPPORTED;

use crate::Result;
use place::{Origins, Place};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tree::Tree;

/// What a definition file may hold, as serde sees it: a struct with the fields `schema` and `extends`, which
/// this module has judged before the struct is read, and `name`, which is not inherited.
pub trait Raw: DeserializeOwned + JsonSchema {
    /// The command that prints the JSON Schema of such files.
    const SCHEMA_COMMAND: &'static str;
}

/// What `extends` may be, for the JSON Schema.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code)] // read with its origins, so never as this
pub enum Extends {
    /// One file.
    One(String),
    /// Several, each laid over the ones before it.
    Several(Vec<String>),
}

/// A document merged onto all that it extends.
pub struct Document {
    tree: Tree,
    origins: Origins,
}

impl Document {
    /// The document in `text`, which was read from `file`, as a file of kind `R`.
    pub fn read<R: Raw>(text: &str, file: &Path) -> Result<Self> {
        let tree = extends::resolve::<R>(text, file)?;
        let origins = Origins::of(&tree);
        Ok(Self { tree, origins })
    }

    /// The merged document as a struct.
    pub fn typed<R: Raw>(&self) -> Result<R> {
        Ok(typed::read(&self.tree, &self.origins)?)
    }

    /// Where everything in it was written, from the top.
    pub fn root(&self) -> Place<'_> {
        self.origins.root()
    }
}

/// A mapping of named things: `check` judges each name, `make` each value.
pub fn named<R, T>(
    raw: BTreeMap<String, R>,
    at: &Place,
    check: fn(&str) -> names::Checked,
    make: impl Fn(R, &Place) -> place::Result<T>,
) -> place::Result<BTreeMap<String, T>> {
    let entry = |(name, value): (String, R)| {
        let at = at.key(&name);
        Ok((at.checked(name, check)?, make(value, &at)?))
    };
    raw.into_iter().map(entry).collect()
}

/// `directory` without links and `..`, or only absolute if it does not exist.
pub fn absolute(directory: &Path) -> PathBuf {
    let lexical = || std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    fs_err::canonicalize(directory).unwrap_or_else(|_| lexical())
}
