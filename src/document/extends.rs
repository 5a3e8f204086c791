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
    let chain = read_chain::<R>(text, file)?;
    let mut documents = chain.into_iter().rev();
    let first = documents.next().ok_or_else(|| Fault::input("nothing to read"))?;
    let mut merged = merge::alone(first)?;
    for document in documents {
        merged.remove("name"); // names the output folder, so two definitions must not share it by accident
        merged = merge::merge(merged, document)?;
    }
    Ok(merged)
}

/// The document first, then what it extends, and so on.
fn read_chain<R: Raw>(text: &str, file: &Path) -> Result<Vec<Tree>> {
    let mut files = vec![(file.to_owned(), identity(file))];
    let mut documents = vec![];
    let mut text = text.to_owned();
    while let Some((current, _)) = files.last() {
        let mut document = read_one::<R>(&text, current)?;
        let extends = document.remove("extends");
        documents.push(document);
        let Some(extends) = extends else { break };
        let next = base_of(&extends, current)?;
        text = read_base(&next, &extends)?;
        let entry = (next.clone(), identity(&next));
        refuse_cycle(&files, &entry, &extends)?;
        files.push(entry);
    }
    Ok(documents)
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
