//! Places in a merged definition: the key path that a person would write, and the file, line and column
//! that set it.

use super::tree::{Node, Origin, Tree};
use crate::error::Fault;
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// What judging a value gives.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// The origins of all values of a tree, by key path.
pub struct Origins {
    by_path: BTreeMap<String, Origin>,
    root: Origin,
}

impl Origins {
    /// Walks `tree`.
    pub fn of(tree: &Tree) -> Self {
        let mut by_path = BTreeMap::new();
        collect(tree, String::new(), &mut by_path);
        Self { by_path, root: tree.origin.clone() }
    }

    /// The document itself.
    pub fn root(&self) -> Place<'_> {
        Place { origins: self, path: String::new(), origin: &self.root }
    }
}

fn collect(tree: &Tree, path: String, into: &mut BTreeMap<String, Origin>) {
    match &tree.node {
        Node::Scalar(_) => {}
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, item_path(&path, index), into);
            }
        }
        Node::Map(map) => map.iter().for_each(|(key, value)| collect(value, key_path(&path, key), into)),
    }
    into.insert(path, tree.origin.clone());
}

/// One place of a definition.
#[derive(Clone)]
pub struct Place<'a> {
    origins: &'a Origins,
    path: String,
    origin: &'a Origin,
}

impl<'a> Place<'a> {
    /// The value at `key` of the mapping that is here; where nothing is, errors point at the mapping.
    #[must_use]
    pub fn key(&self, key: &str) -> Place<'a> {
        self.below(key_path(&self.path, key))
    }

    /// The item at `index` of the list that is here.
    #[must_use]
    pub fn item(&self, index: usize) -> Place<'a> {
        self.below(item_path(&self.path, index))
    }

    fn below(&self, path: String) -> Place<'a> {
        let origin = self.origins.by_path.get(&path).unwrap_or(self.origin);
        Place { origins: self.origins, path, origin }
    }

    /// Whether the definition has a value here.
    pub fn exists(&self) -> bool {
        self.origins.by_path.contains_key(&self.path)
    }

    /// The key path: `base.suites[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the value was written: `images/node.yaml:12:5`.
    pub fn origin(&self) -> &'a Origin {
        self.origin
    }

    /// The folder of the file that set the value; relative paths are meant from there.
    pub fn directory(&self) -> &'a Path {
        directory_of(&self.origin.file)
    }

    /// A fault at this place.
    pub fn fault(&self, message: impl std::fmt::Display) -> Fault {
        match self.path.as_str() {
            "" => Fault::input(format!("{}: {message}", self.origin)),
            path => Fault::input(format!("{}: `{path}`: {message}", self.origin)),
        }
    }

    /// A fault that was found without knowing the place, moved here.
    pub fn moved(&self, fault: Fault) -> Fault {
        Fault { message: self.fault(&fault.message).message, ..fault }
    }

    /// `text` as a `T`, or its fault moved here.
    pub fn parse<T: FromStr<Err = Fault>>(&self, text: &str) -> Result<T, Fault> {
        text.parse().map_err(|fault| self.moved(fault))
    }

    /// `text` if `check` has nothing against it, else that fault moved here.
    pub fn checked(&self, text: String, check: fn(&str) -> Result<(), Fault>) -> Result<String, Fault> {
        check(&text).map(|()| text).map_err(|fault| self.moved(fault))
    }

    /// The items of the list that is here, each judged by `check`.
    pub fn items<C>(&self, texts: Vec<String>, check: fn(&str) -> Result<(), Fault>) -> Result<C, Fault>
    where
        C: FromIterator<String>,
    {
        texts.into_iter().enumerate().map(|(index, text)| self.item(index).checked(text, check)).collect()
    }

    /// `value`, or a fault that it is missing.
    pub fn required<T>(&self, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| {
            self.fault("is missing").hint(format!("set `{}` here or in a file that this extends", self.path))
        })
    }
}

/// The folder that `file` is in; never empty.
pub fn directory_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The key path of `key` in the mapping at `path`.
pub fn key_path(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b));
    match (plain, path) {
        (true, "") => key.to_owned(),
        (true, path) => format!("{path}.{key}"),
        (false, path) => format!("{path}[\"{}\"]", key.escape_debug()),
    }
}

/// The key path of the item `index` in the list at `path`.
pub fn item_path(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_path_file_line_and_column() {
        let tree = Tree::parse("overlay:\n  /etc/a:\n    mode: x\n", Path::new("i/a.yaml")).unwrap();
        let origins = Origins::of(&tree);
        let place = origins.root().key("overlay").key("/etc/a").key("mode");
        assert_eq!(place.fault("bad").message, "i/a.yaml:3:5: `overlay[\"/etc/a\"].mode`: bad");
        assert_eq!(place.directory(), Path::new("i"));
        assert!(place.exists());
    }

    #[test]
    fn what_is_not_there_is_reported_where_it_should_be() {
        let tree = Tree::parse("base:\n  kernel: x\n", Path::new("a.yaml")).unwrap();
        let origins = Origins::of(&tree);
        let place = origins.root().key("base").key("suites");
        assert!(!place.exists());
        assert_eq!(place.fault("is missing").message, "a.yaml:1:1: `base.suites`: is missing");
        assert_eq!(place.directory(), Path::new("."));
    }
}
