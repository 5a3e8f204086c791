//! Indexes an uncompressed tar on disk: names and places of its bytes, no bytes.

use super::entry::Content;
use super::members::{Members, Seekable};
use super::tree::Tree;
use crate::Result;
use anyhow::Context as _;
use std::path::Path;

/// The tree in the tar at `path`; its files are ranges of `path`, which must stay as it is while the tree is used.
///
/// # Errors
/// Truncated or malformed archives, sparse members, names that lead out of the tree.
pub fn tree(path: &Path, epoch: u64) -> Result<Tree> {
    index(path, epoch).with_context(|| format!("reading `{}`", path.display()))
}

fn index(path: &Path, epoch: u64) -> Result<Tree> {
    let (file, _) = fs_err::File::open(path)?.into_parts();
    let mut members = Members::new(Seekable::new(file));
    let mut tree = Tree::new(epoch);
    while let Some(member) = members.next()? {
        let content = Content::Range { file: path.to_owned(), offset: member.offset, length: member.size };
        let (name, entry) = member.into_entry(content);
        tree.insert(&name, entry)?;
    }
    Ok(tree)
}

#[cfg(test)]
mod tests;
