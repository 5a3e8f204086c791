//! Visits every file once, in the order of paths.

use super::{FileSystem, Inode, Kind, damaged};
use crate::Result;
use std::collections::BTreeSet;

/// What is seen on the way.
pub struct Visit<'a> {
    /// Relative to the root, bytes that are no UTF-8 replaced; empty for the root itself.
    pub path: &'a str,
    /// What is there.
    pub inode: &'a Inode,
}

impl FileSystem {
    /// Calls `visit` for the root and everything below it; a directory comes before what is in it.
    pub fn walk(&self, mut visit: impl FnMut(Visit<'_>) -> Result<()>) -> Result<()> {
        let root = self.root()?;
        visit(Visit { path: "", inode: &root })?;
        let mut seen = BTreeSet::from([root.number]);
        let mut pending = vec![self.pending("", &root)?];
        while let Some(directory) = pending.last_mut() {
            let Some((path, number)) = directory.pop() else {
                pending.pop();
                continue;
            };
            let inode = self.inode(number)?;
            visit(Visit { path: &path, inode: &inode })?;
            if inode.kind == Kind::Directory {
                if !seen.insert(number) {
                    return Err(damaged(format!("directory inode {number} has two names, one is `{path}`")));
                }
                pending.push(self.pending(&path, &inode)?);
            }
        }
        Ok(())
    }

    /// Paths in `directory`, last one first.
    fn pending(&self, path: &str, directory: &Inode) -> Result<Vec<(String, u32)>> {
        let entries = self.entries(directory)?;
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let join =
            |(name, number): (Vec<u8>, u32)| (format!("{prefix}{}", String::from_utf8_lossy(&name)), number);
        Ok(entries.into_iter().rev().map(join).collect())
    }
}
