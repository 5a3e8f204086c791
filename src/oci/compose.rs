//! Makes an image of one layer from a tree; the same tree and recipe give the same bytes.
//!
//! The layer stays uncompressed: it is written once, its digest is also its diff id, and the bytes do not
//! depend on the version of a compressor.

use super::config::{Execution, History, ImageConfig, RootFs};
use super::index::Platform;
use super::manifest::{Descriptor, Manifest};
use super::prefixed::Prefixed;
use super::{document, media_type, rfc3339};
use crate::Result;
use crate::architecture::Architecture;
use crate::digest::{HashingWriter, Sha256};
use crate::layers::entry::Entry;
use crate::layers::tree::Tree;
use crate::layers::write::Emitter;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

/// Changes whenever the same input would give other bytes.
pub const COMPOSE_RECIPE: u32 = 1;

/// Name of the layer in the folder of a composed image.
pub const LAYER_FILE: &str = "layer.tar";
/// Name of the image configuration there.
pub const CONFIG_FILE: &str = "config.json";
/// Name of the manifest there.
pub const MANIFEST_FILE: &str = "manifest.json";

/// What containers get if the image does not say; runtimes have no default of their own.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What an image says besides its files.
#[derive(Debug, Clone)]
pub struct Recipe<'a> {
    /// Its name; for messages only, so that the same image under two names has one digest.
    pub reference: &'a str,
    /// The program and its fixed arguments.
    pub entrypoint: &'a [String],
    /// Arguments that a user may replace.
    pub command: &'a [String],
    /// Variables; `PATH` gets a default.
    pub environment: &'a BTreeMap<String, String>,
    /// `USER[:GROUP]`; root if empty.
    pub user: &'a str,
    /// What the programs are made for.
    pub architecture: Architecture,
    /// The time of every file and of the image, in seconds since 1970.
    pub epoch: u64,
}

/// Writes [`LAYER_FILE`], [`CONFIG_FILE`] and [`MANIFEST_FILE`] into the folder `out`, where they must not be
/// yet; returns the manifest's digest.
pub fn compose(recipe: &Recipe, tree: &Tree, out: &Path) -> Result<Sha256> {
    write(recipe, tree, out).with_context(|| format!("composing `{}`", recipe.reference))
}

fn write(recipe: &Recipe, tree: &Tree, out: &Path) -> Result<Sha256> {
    let layer = write_layer(tree, recipe.epoch, &out.join(LAYER_FILE))?;
    let config = document::bytes(&config(recipe, layer.digest))?;
    let described = Descriptor::new(media_type::CONFIG, Sha256::of(&config), config.len() as u64);
    let manifest = document::bytes(&Manifest::new(described, vec![layer]))?;
    fs_err::write(out.join(CONFIG_FILE), &config)?;
    fs_err::write(out.join(MANIFEST_FILE), &manifest)?;
    Ok(Sha256::of(&manifest))
}

fn write_layer(tree: &Tree, epoch: u64, path: &Path) -> Result<Descriptor> {
    let file = fs_err::OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut emitter = Emitter::new(HashingWriter::new(file));
    for (path, entry) in tree.iter() {
        let entry = Entry { mtime: epoch, ..entry.clone() };
        emitter.append(path, &entry).with_context(|| format!("writing `/{path}`"))?;
    }
    let (mut file, sha256, size) = emitter.finish()?.finish();
    file.flush()?;
    Ok(Descriptor::new(media_type::LAYER, sha256, size))
}

fn config(recipe: &Recipe, diff_id: Prefixed) -> ImageConfig {
    let created = rfc3339::utc(recipe.epoch);
    ImageConfig {
        created: Some(created.clone()),
        platform: Platform::linux(recipe.architecture),
        config: Execution {
            user: recipe.user.into(),
            env: environment(recipe.environment),
            entrypoint: recipe.entrypoint.to_vec(),
            cmd: recipe.command.to_vec(),
        },
        rootfs: RootFs { kind: "layers".into(), diff_ids: vec![diff_id] },
        history: vec![History { created, created_by: "imgbuild".into() }],
    }
}

fn environment(given: &BTreeMap<String, String>) -> Vec<String> {
    let mut variables = BTreeMap::from([("PATH", DEFAULT_PATH)]);
    variables.extend(given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests;
