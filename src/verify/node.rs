//! Compares two files of the same path in everything that a user of the image can see.

use super::content;
use super::difference::Change;
use crate::Result;
use crate::inspect::ext4::{Attributes, FileSystem, Inode, Kind};
use std::collections::BTreeSet;

/// How `actual` differs from `expected`; nothing if they are the same.
pub fn compare(expected: (&FileSystem, &Inode), actual: (&FileSystem, &Inode)) -> Result<Vec<Change>> {
    let (left, right) = (expected.1, actual.1);
    if left.kind != right.kind {
        return Ok(Change::property("type", &left.kind, &right.kind, Kind::to_string).into_iter().collect());
    }
    let owner = |inode: &Inode| (inode.uid, inode.gid);
    let properties = [
        Change::property("mode", &left.mode, &right.mode, |mode| format!("{mode:04o}")),
        Change::property("owner", &owner(left), &owner(right), |(uid, gid)| format!("{uid}:{gid}")),
        Change::property("mtime", &left.modified, &right.modified, ToString::to_string),
        Change::property("device", &device(left), &device(right), String::clone),
        target(expected, actual)?,
    ];
    let mut changes: Vec<Change> = properties.into_iter().flatten().collect();
    changes.extend(attributes(expected, actual)?);
    if left.kind == Kind::File {
        changes.splice(0..0, content::compare(expected, actual)?);
    }
    Ok(changes)
}

fn device(inode: &Inode) -> String {
    inode.device().map_or_else(String::new, |(major, minor)| format!("{major}:{minor}"))
}

fn target(expected: (&FileSystem, &Inode), actual: (&FileSystem, &Inode)) -> Result<Option<Change>> {
    if expected.1.kind != Kind::Symlink {
        return Ok(None);
    }
    let (left, right) = (expected.0.target(expected.1)?, actual.0.target(actual.1)?);
    let show = |target: &Vec<u8>| format!("`{}`", String::from_utf8_lossy(target));
    Ok(Change::property("link target", &left, &right, show))
}

fn attributes(expected: (&FileSystem, &Inode), actual: (&FileSystem, &Inode)) -> Result<Vec<Change>> {
    let (left, right) = (expected.0.attributes(expected.1)?, actual.0.attributes(actual.1)?);
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let value =
        |side: &Attributes, name: &String| side.get(name).map_or_else(|| "none".to_owned(), hex::encode);
    let change = |name: &String| {
        let values = (value(&left, name), value(&right, name));
        Change::property(&format!("attribute {name}"), &values.0, &values.1, String::clone)
    };
    Ok(names.into_iter().filter_map(change).collect())
}
