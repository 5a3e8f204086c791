//! Paths as folders within folders.

use super::short_name::ShortName;
use crate::Result;
use anyhow::bail;
use std::collections::BTreeMap;

/// A folder.
#[derive(Default)]
pub struct Tree<'a> {
    /// What is in it, sorted as recorded.
    pub members: BTreeMap<ShortName, Node<'a>>,
}

/// A member of a folder.
pub enum Node<'a> {
    /// A file and its bytes.
    File(&'a [u8]),
    /// A folder.
    Directory(Tree<'a>),
}

impl<'a> Tree<'a> {
    /// The tree of `files`, given by `/`-separated path.
    pub fn of(files: &'a BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let mut root = Self::default();
        for (path, bytes) in files {
            let (folders, name) = path.rsplit_once('/').map_or((None, path.as_str()), |(f, n)| (Some(f), n));
            let mut tree = &mut root;
            for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
                tree = tree.subdirectory(folder, path)?;
            }
            if tree.members.insert(ShortName::of(name)?, Node::File(bytes)).is_some() {
                bail!("`{path}` is there twice");
            }
        }
        Ok(root)
    }

    fn subdirectory(&mut self, name: &str, path: &str) -> Result<&mut Self> {
        let name = ShortName::of(name)?;
        match self.members.entry(name).or_insert_with(|| Node::Directory(Self::default())) {
            Node::Directory(tree) => Ok(tree),
            Node::File(_) => bail!("a folder of `{path}` is a file"),
        }
    }
}
