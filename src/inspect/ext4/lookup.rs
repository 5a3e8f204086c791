//! Finds files by path.

use super::inode::ROOT;
use super::{FileSystem, Inode, Kind, damaged};
use crate::Result;
use anyhow::Context as _;

/// As the kernel: more symbolic links than this on one way are a cycle.
const MOST_LINKS: usize = 40;

impl FileSystem {
    /// The root directory.
    pub fn root(&self) -> Result<Inode> {
        let root = self.inode(ROOT)?;
        if root.kind == Kind::Directory { Ok(root) } else { Err(damaged("its root is no directory")) }
    }

    /// The file at `path`, which is relative to the root; symbolic links are followed, within this file
    /// system and never above its root. `None` if there is none.
    pub fn find(&self, path: &str) -> Result<Option<Inode>> {
        let mut rest: Vec<Vec<u8>> = components(path.as_bytes());
        let mut way = vec![self.root()?];
        let mut links = 0;
        while let Some(name) = rest.pop() {
            if name == b".." {
                way.truncate(way.len().saturating_sub(1).max(1));
                continue;
            }
            let Some(inode) = self.child(&way, &name)? else { return Ok(None) };
            if inode.kind != Kind::Symlink {
                way.push(inode);
                continue;
            }
            links += 1;
            if links > MOST_LINKS {
                return Ok(None);
            }
            let target = self.target(&inode)?;
            if target.starts_with(b"/") {
                way.truncate(1);
            }
            rest.extend(components(&target));
        }
        Ok(way.pop())
    }

    /// The bytes of the regular file at `path`, or `None` if there is none.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let found = self.find(path).with_context(|| format!("looking up `{path}`"))?;
        let file = found.filter(|inode| inode.kind == Kind::File);
        file.map(|inode| self.content(&inode).with_context(|| format!("reading `{path}`"))).transpose()
    }

    /// Like [`FileSystem::read`], as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self, path: &str) -> Result<Option<String>> {
        Ok(self.read(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Names and inodes in the directory at `path`, in order; empty if there is no such directory.
    pub fn list(&self, path: &str) -> Result<Vec<(String, Inode)>> {
        let found = self.find(path)?.filter(|inode| inode.kind == Kind::Directory);
        let Some(directory) = found else { return Ok(Vec::new()) };
        let entries = self.entries(&directory).with_context(|| format!("reading directory `{path}`"))?;
        let named = |(name, number): (Vec<u8>, u32)| {
            Ok((String::from_utf8_lossy(&name).into_owned(), self.inode(number)?))
        };
        entries.into_iter().map(named).collect()
    }

    fn child(&self, way: &[Inode], name: &[u8]) -> Result<Option<Inode>> {
        let Some(parent) = way.last().filter(|parent| parent.kind == Kind::Directory) else {
            return Ok(None);
        };
        let entries = self.entries(parent)?;
        entries.get(name).map(|number| self.inode(*number)).transpose()
    }
}

/// Last one first, so that the next one to go is at the end.
fn components(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"."));
    parts.rev().map(<[u8]>::to_vec).collect()
}
