//! Following symbolic links inside of a tree, never out of it.

use super::Tree;
use crate::Result;
use crate::error::Fault;
use crate::layers::entry::Node;
use crate::layers::path;

/// As many links as the kernel follows (`MAXSYMLINKS`).
const MAX_LINKS: usize = 40;

impl Tree {
    /// Whether `path` leads to a folder.
    pub fn is_directory(&self, path: &str) -> bool {
        path.is_empty() || self.follow(path).is_some_and(|(_, entry)| entry.node == Node::Directory)
    }

    /// The real path that `path` leads to, with every link on the way and at its end followed. What is not in
    /// the tree stays as it is; `..` at the root is the root, as in a chroot.
    pub fn resolve(&self, path: &str) -> Result<String> {
        let mut todo: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let mut real = String::new();
        let mut links = 0;
        while let Some(component) = todo.pop() {
            match component.as_str() {
                "" | "." => continue,
                ".." => {
                    real.truncate(real.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let next = path::join(&real, &component);
            let Some(Node::Symlink(target)) = self.entries.get(&next).map(|entry| &entry.node) else {
                real = next;
                continue;
            };
            links += 1;
            if links > MAX_LINKS {
                return Err(too_many(path));
            }
            if target.starts_with('/') {
                real.clear();
            }
            todo.extend(target.rsplit('/').map(str::to_owned));
        }
        Ok(real)
    }

    /// [`Tree::resolve`] for all but the last component.
    pub(super) fn resolve_parent(&self, path: &str) -> Result<String> {
        let (parent, name) = path::split(path);
        // Nearly always the folder is in the tree already, and folders have real paths.
        if parent.is_empty() || self.entries.get(parent).is_some_and(|entry| entry.node == Node::Directory) {
            return Ok(path.to_owned());
        }
        Ok(path::join(&self.resolve(parent)?, name))
    }
}

fn too_many(path: &str) -> anyhow::Error {
    Fault::input(format!("`/{path}` leads through more than {MAX_LINKS} symbolic links"))
        .hint("two links probably point at each other; remove one of them")
        .into()
}
