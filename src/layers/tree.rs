//! The merged view of an image: every path once, the later layer wins.
//!
//! What always holds of a [`Tree`], so that those who emit it need not think:
//! - the folder of every path is in the tree and is a folder (the root itself may be missing), so no path
//!   leads through a link: what is written below `lib` when `lib` is a link to `usr/lib` lands in `usr/lib`;
//! - in path order folders precede what they hold and the first name of a file carries its bytes, all further
//!   names are hard links to that one and repeat its mode, owner, time and capability;
//! - no time is later than the epoch.

mod hardlinks;
mod resolve;

use super::entry::{Entry, Node};
use super::path;
use crate::Result;
use crate::error::Fault;
use hardlinks::Links;
use std::collections::BTreeMap;

/// Paths and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    entries: BTreeMap<String, Entry>,
    links: Links,
    epoch: u64,
}

impl Tree {
    /// Without any path; times later than `epoch` (seconds) will be lowered to it.
    pub fn new(epoch: u64) -> Self {
        Self { entries: BTreeMap::new(), links: Links::default(), epoch }
    }

    /// The latest time that a path may have, in seconds.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What is at `path` itself; links in its folders are followed, a link at the end is not.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path).or_else(|| self.entries.get(&self.resolve_parent(path).ok()?))
    }

    /// What `path` leads to when all links are followed, and its real path.
    pub fn follow(&self, path: &str) -> Option<(String, &Entry)> {
        let real = self.resolve(path).ok()?;
        self.entries.get(&real).map(|entry| (real, entry))
    }

    /// All paths in byte order, which puts folders before what they hold and files before links to them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// The paths below `folder` (a real path), in order.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.entries
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .filter(|(path, _)| !path.is_empty())
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// Number of paths.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no path at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts `entry` at `path` (normalised, see [`super::path`]), replacing what is there:
    /// a folder over a folder or over a link to one only says what the folder's metadata is, respectively
    /// nothing; anything else over a folder removes what the folder held. Missing folders are made (0755, root).
    ///
    /// # Errors
    /// If the way to `path` leads through a file, or a hard link's target is no file of the tree.
    pub fn insert(&mut self, path: &str, mut entry: Entry) -> Result<()> {
        entry.mtime = entry.mtime.min(self.epoch);
        let path = self.resolve_parent(path)?;
        self.make_parents(&path)?;
        if path.is_empty() && entry.node != Node::Directory {
            return Err(no_directory("", ""));
        }
        if let Node::Hardlink(target) = &entry.node {
            let target = self.resolve_parent(target)?;
            return self.insert_link(path, &target);
        }
        let is_directory = entry.node == Node::Directory;
        match self.entries.get(&path).map(|old| &old.node) {
            Some(Node::Directory) if is_directory => {}
            Some(Node::Symlink(_)) if is_directory && self.is_directory(&path) => return Ok(()),
            Some(_) => self.remove_resolved(&path),
            None => {}
        }
        self.entries.insert(path, entry);
        Ok(())
    }

    /// Puts every path of `other` over this tree.
    pub fn merge(&mut self, other: Tree) -> Result<()> {
        let is_link = |entry: &Entry| matches!(entry.node, Node::Hardlink(_));
        let (links, rest): (Vec<_>, Vec<_>) =
            other.entries.into_iter().partition(|(_, entry)| is_link(entry));
        // Links last: following links of this tree may have moved a target behind its link.
        rest.into_iter().chain(links).try_for_each(|(path, entry)| self.insert(&path, entry))
    }

    /// Takes away `path` and all below it; says whether there was anything. Files that have further names live on.
    pub fn remove(&mut self, path: &str) -> bool {
        match self.resolve_parent(path) {
            Ok(path) if self.entries.contains_key(&path) => {
                self.remove_resolved(&path);
                true
            }
            _ => false,
        }
    }

    /// Number of content bytes, each file counted once.
    pub fn content_bytes(&self) -> u64 {
        let bytes = |entry: &Entry| if let Node::File(content) = &entry.node { content.length() } else { 0 };
        self.entries.values().map(bytes).sum()
    }

    fn make_parents(&mut self, path: &str) -> Result<()> {
        let (parent, _) = path::split(path);
        match self.entries.get(parent).map(|entry| &entry.node) {
            Some(Node::Directory) => return Ok(()),
            Some(_) => return Err(no_directory(parent, path)),
            None if parent.is_empty() => return Ok(()),
            None => {}
        }
        self.make_parents(parent)?;
        let mut folder = Entry::directory(0o755);
        folder.mtime = self.epoch;
        self.entries.insert(parent.to_owned(), folder);
        Ok(())
    }

    fn remove_resolved(&mut self, path: &str) {
        let below: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        for path in below.iter().map(String::as_str).chain([path]) {
            self.forget(path);
        }
    }
}

fn no_directory(file: &str, path: &str) -> anyhow::Error {
    Fault::input(format!("`/{path}` cannot be placed: `/{file}` is no folder"))
        .hint("remove one of the two paths from the definition, or from the package or archive it comes from")
        .into()
}

#[cfg(test)]
mod tests;
