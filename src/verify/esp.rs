//! Compares EFI system partitions: the files in them, then the FAT file systems around these.

use super::difference::{Change, Difference, Place, Side};
use super::findings::Findings;
use super::{Differing, Pair};
use crate::Result;
use crate::inspect::fat::{Fat, FatFile};
use crate::inspect::gpt::Role;
use crate::size::human;
use anyhow::Context as _;
use std::collections::BTreeSet;

/// The difference between the EFI system partitions, if there is one.
pub fn compare(pair: Pair<'_>) -> Result<Option<Difference>> {
    let Some(Differing { expected, actual, offset }) = pair.differing(Role::EfiSystem)? else {
        return Ok(None);
    };
    let expected = Fat::open(expected).and_then(|fat| fat.files()).context("in the expected image")?;
    let actual = Fat::open(actual).and_then(|fat| fat.files()).context("in the actual image")?;
    let mut findings = Findings::default();
    let paths: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    for path in paths {
        findings.note(path, changes(expected.get(path), actual.get(path)));
    }
    let around = || Difference::bytes(Place::EfiFileSystem, "EFI system partition", offset, None);
    Ok(Some(findings.finish(Place::EfiFiles).unwrap_or_else(around)))
}

fn changes(expected: Option<&FatFile>, actual: Option<&FatFile>) -> Vec<Change> {
    let (expected, actual) = match (expected, actual) {
        (Some(expected), Some(actual)) => (expected, actual),
        (Some(_), None) => return vec![Change::Missing { from: Side::Actual }],
        _ => return vec![Change::Missing { from: Side::Expected }],
    };
    let changes = [
        Change::property("content", &content(expected), &content(actual), String::clone),
        Change::property("attributes", &expected.attributes, &actual.attributes, |bits| format!("{bits:#x}")),
        Change::property("mtime", &expected.modified, &actual.modified, String::clone),
    ];
    changes.into_iter().flatten().collect()
}

fn content(file: &FatFile) -> String {
    file.sha256.map_or_else(|| "a folder".into(), |sha256| format!("{} sha256:{sha256}", human(file.size)))
}
