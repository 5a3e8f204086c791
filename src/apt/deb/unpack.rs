//! Many packages as one tree, without running their scripts.
//!
//! Decompression is nearly all of the work, so packages are decompressed side by side into plain tars; merging
//! these is done in the order given, so that the result does not depend on who came first.

use super::data;
use crate::Result;
use crate::layers::entry::{Entry, Node};
use crate::layers::pattern::Pattern;
use crate::layers::tree::Tree;
use crate::layers::{path, read};
use crate::parallel::for_each;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The files of all packages, later ones winning, without those that match a pattern of `path_exclude`
/// (as dpkg matches: absolute paths, `*` also matches `/`).
///
/// The bytes stay in plain tars that are made in the folder `spool` (created if missing), `jobs` at once; they
/// must live as long as the tree is used.
pub fn tree(
    debs: &[PathBuf],
    path_exclude: &BTreeSet<String>,
    spool: &Path,
    epoch: u64,
    jobs: usize,
) -> Result<Tree> {
    fs_err::create_dir_all(spool)?;
    decompress(debs, spool, jobs)?;
    let layers = (0..debs.len()).map(|index| {
        let read = read::tree(&spooled(spool, index), epoch);
        read.with_context(|| format!("reading the package `{}`", debs[index].display()))
    });
    let layers = layers.collect::<Result<Vec<_>>>()?;
    let mut tree = Tree::new(epoch);
    layers.iter().try_for_each(|layer| aliases(layer, &mut tree))?;
    for (layer, deb) in layers.into_iter().zip(debs) {
        tree.merge(layer).with_context(|| format!("unpacking the package `{}`", deb.display()))?;
    }
    exclude(&mut tree, path_exclude);
    Ok(tree)
}

fn spooled(spool: &Path, index: usize) -> PathBuf {
    spool.join(format!("{index}.tar"))
}

fn decompress(debs: &[PathBuf], spool: &Path, jobs: usize) -> Result<()> {
    let numbered: Vec<(usize, &PathBuf)> = debs.iter().enumerate().collect();
    for_each(&numbered, jobs, |(index, deb), _| {
        decompress_one(deb, &spooled(spool, *index))
            .with_context(|| format!("unpacking the package `{}`", deb.display()))
    })
}

fn decompress_one(deb: &Path, to: &Path) -> Result<()> {
    let mut data = data(deb)?;
    let mut file = fs_err::File::create(to)?;
    io::copy(&mut data, &mut file).map_err(crate::layers::members::read_error)?;
    Ok(())
}

/// The links of a merged `/usr` (`bin` to `usr/bin`) must be there before anything is put below them, whichever
/// package has them.
fn aliases(layer: &Tree, tree: &mut Tree) -> Result<()> {
    for (path, entry) in layer.iter() {
        let Node::Symlink(target) = &entry.node else { continue };
        let Ok(target) = path::normalise(target.trim_start_matches('/')) else { continue };
        if !path.contains('/') && layer.is_directory(&target) {
            tree.insert(&target, Entry::directory(0o755))?;
            tree.insert(path, entry.clone())?;
        }
    }
    Ok(())
}

/// Folders are only left out if nothing is left below them.
fn exclude(tree: &mut Tree, patterns: &BTreeSet<String>) {
    let patterns: Vec<Pattern> = patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
    let is_excluded = |path: &str| patterns.iter().any(|pattern| pattern.matches(&format!("/{path}")));
    let excluded: Vec<String> =
        tree.iter().filter(|(path, _)| is_excluded(path)).map(|(path, _)| path.to_owned()).collect();
    for path in excluded.iter().rev() {
        if tree.below(path).next().is_none() {
            tree.remove(path);
        }
    }
}
