//! Reads a definition and what it extends, each checked on its own, and merges them.

use super::place::{Origins, directory_of};
use super::tree::{Node, Tree};
use super::{Raw, merge, schema_version, typed};
use crate::Result;
use crate::error::Fault;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The document in `text` merged onto all that it extends; `file` is where `text` was read.
pub fn resolve<R: Raw>(text: &str, file: &Path) -> Result<Tree> {
    let mut chain = Chain::default();
    chain.read::<R>(text, file)?;
    let mut documents = chain.documents.into_iter();
    let first = documents.next().ok_or_else(|| Fault::input("nothing to read"))?;
    let mut merged = merge::alone(first)?;
    for document in documents {
        merged.remove("name"); // names the output folder, so two definitions must not share it by accident
        merged = merge::merge(merged, document)?;
    }
    Ok(merged)
}

/// What is read of a document and of all that it extends.
#[derive(Default)]
struct Chain {
    /// In the order in which they are laid over each other.
    documents: Vec<Tree>,
    /// The files whose bases are being read, each as it was named and by identity.
    open: Vec<(PathBuf, PathBuf)>,
    /// Those that are in `documents`: what two bases have in common counts once, where it comes first.
    done: Vec<PathBuf>,
}

impl Chain {
    /// Adds all that the document in `text` extends, then itself.
    fn read<R: Raw>(&mut self, text: &str, file: &Path) -> Result<()> {
        let this = identity(file);
        self.open.push((file.to_owned(), this.clone()));
        let mut document = read_one::<R>(text, file)?;
        for extends in document.remove("extends").map(each).unwrap_or_default() {
            let next = base_of(&extends, file)?;
            let text = read_base(&next, &extends)?;
            let entry = (next.clone(), identity(&next));
            refuse_cycle(&self.open, &entry, &extends)?;
            if !self.done.contains(&entry.1) {
                self.read::<R>(&text, &next)?;
            }
        }
        self.open.pop();
        self.done.push(this);
        self.documents.push(document);
        Ok(())
    }
}

/// The files that the document in `text`, which was read from `file`, extends itself, in order.
pub fn bases(text: &str, file: &Path) -> Result<Vec<PathBuf>> {
    let extends = Tree::parse(text, file)?.remove("extends").map(each).unwrap_or_default();
    Ok(extends.iter().map(|extends| base_of(extends, file)).collect::<Result<_, Fault>>()?)
}

/// The items of a list, or the one value that is there instead.
fn each(extends: Tree) -> Vec<Tree> {
    match extends.node {
        Node::List(items) => items,
        _ => vec![extends],
    }
}

/// Parses and type-checks one file, so that what is wrong in it is reported with its own lines.
fn read_one<R: Raw>(text: &str, file: &Path) -> Result<Tree> {
    let document = Tree::parse(text, file)?;
    schema_version::check(&document)?;
    let plain = without_merge_syntax(&document)?;
    typed::read::<R>(&plain, &Origins::of(&plain))?;
    Ok(document)
}

/// `document` as it would be if nothing were inherited: without nulls, and with `key+` as `key`.
fn without_merge_syntax(document: &Tree) -> Result<Tree> {
    fn strip(tree: &Tree) -> Tree {
        let node = match &tree.node {
            Node::Map(map) => {
                let kept = map.iter().filter(|(_, value)| !value.is_null());
                Node::Map(kept.map(|(key, value)| (key.clone(), strip(value))).collect())
            }
            Node::List(items) => Node::List(items.iter().map(strip).collect()),
            Node::Scalar(value) => Node::Scalar(value.clone()),
        };
        Tree { node, origin: tree.origin.clone() }
    }
    Ok(merge::alone(strip(document))?)
}

fn base_of(extends: &Tree, current: &Path) -> Result<PathBuf, Fault> {
    match extends.to_json() {
        Value::String(base) if Path::new(&base).is_relative() => Ok(directory_of(current).join(base)),
        other => Err(Fault::input(format!("{}: `extends`: {other} is no relative path", extends.origin))
            .hint("write a path relative to this file: `extends: node.yaml`")),
    }
}

fn read_base(path: &Path, extends: &Tree) -> Result<String> {
    fs_err::read_to_string(path).map_err(|error| {
        let message = format!("{}: `extends`: {error}", extends.origin);
        Fault::input(message).hint("the path is relative to the file that has the `extends`").into()
    })
}

/// One spelling for each file, so that `a.yaml` and `../images/a.yaml` are the same.
fn identity(file: &Path) -> PathBuf {
    fs_err::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn refuse_cycle(
    files: &[(PathBuf, PathBuf)],
    next: &(PathBuf, PathBuf),
    extends: &Tree,
) -> Result<(), Fault> {
    let Some(start) = files.iter().position(|(_, identity)| *identity == next.1) else { return Ok(()) };
    let names = files[start..].iter().chain([next]).map(|(file, _)| file.display().to_string());
    let cycle = names.collect::<Vec<_>>().join("` → `");
    let message = format!("{}: `extends` goes round in a circle: `{cycle}`", extends.origin);
    Err(Fault::input(message).hint("remove one of these `extends`"))
}
