//! Files with several names: who carries the bytes, and what happens when that one goes.

use super::Tree;
use crate::Result;
use crate::error::Fault;
use crate::layers::entry::{Entry, Node};
use crate::layers::path;
use std::collections::{BTreeMap, BTreeSet};

/// For each file that has further names, these names.
pub(super) type Links = BTreeMap<String, BTreeSet<String>>;

impl Tree {
    /// Makes `path` a further name of the file that `target` names; both are real paths.
    pub(super) fn insert_link(&mut self, path: String, target: &str) -> Result<()> {
        let carrier = self.carrier(target).ok_or_else(|| dangling(&path, target))?;
        let is_name_already = self.links.get(&carrier).is_some_and(|names| names.contains(&path));
        if carrier == path || is_name_already {
            return Ok(());
        }
        if path::is_below(&carrier, &path) {
            return Err(dangling(&path, target));
        }
        if self.entries.contains_key(&path) {
            self.remove_resolved(&path);
        }
        // Removing never moves the carrier: it is neither `path` nor a name of it.
        let mut names = self.links.remove(&carrier).unwrap_or_default();
        let Some(file) = self.entries.remove(&carrier) else { return Err(dangling(&path, target)) };
        names.extend([carrier, path]);
        self.place(names, file);
        Ok(())
    }

    /// Takes away one path that nothing is below of; another name of the same file then carries the bytes.
    pub(super) fn forget(&mut self, path: &str) {
        let Some(entry) = self.entries.remove(path) else { return };
        match &entry.node {
            Node::Hardlink(carrier) => {
                if let Some(names) = self.links.get_mut(carrier) {
                    names.remove(path);
                    if names.is_empty() {
                        self.links.remove(carrier);
                    }
                }
            }
            _ => {
                if let Some(names) = self.links.remove(path) {
                    self.place(names, entry);
                }
            }
        }
    }

    /// Puts `file` at the first of `names` and links to it at the others.
    fn place(&mut self, mut names: BTreeSet<String>, file: Entry) {
        let Some(carrier) = names.pop_first() else { return };
        for name in &names {
            self.entries.insert(name.clone(), another_name(&file, &carrier));
        }
        self.entries.insert(carrier.clone(), file);
        if !names.is_empty() {
            self.links.insert(carrier, names);
        }
    }

    fn carrier(&self, target: &str) -> Option<String> {
        match &self.entries.get(target)?.node {
            Node::File(_) => Some(target.to_owned()),
            Node::Hardlink(carrier) => Some(carrier.clone()),
            _ => None,
        }
    }
}

fn another_name(file: &Entry, carrier: &str) -> Entry {
    let Entry { mode, uid, gid, mtime, ref capability, .. } = *file;
    Entry { node: Node::Hardlink(carrier.to_owned()), mode, uid, gid, mtime, capability: capability.clone() }
}

fn dangling(path: &str, target: &str) -> anyhow::Error {
    Fault::input(format!("`/{path}` is a hard link to `/{target}`, which is no file"))
        .hint("the archive or package that holds the link is damaged or was not taken whole")
        .into()
}
