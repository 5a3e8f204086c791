//! Counts the blocks of every file for its owner.

use super::attribution::{Attribution, Kind, Owner};
use super::origins::Origins;
use crate::Result;
use crate::inspect::ext4::{FileSystem, Kind as FileKind, Visit};
use crate::inspect::image::Image;
use crate::inspect::inspection::image_json;
use anyhow::Context as _;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const DIRECTORIES: &str = "directories";
const TABLES: &str = "inode tables, bitmaps and journal";

/// What takes the space of a root file system.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Bytes of the file system.
    pub size: u64,
    /// Bytes of it that something takes; the sum of `items`.
    pub used: u64,
    /// Largest first.
    pub items: Vec<Item>,
}

/// One thing that takes space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What sort of thing.
    pub kind: Kind,
    /// Which one.
    pub name: String,
    /// How many files.
    pub files: u64,
    /// Bytes in blocks that they take.
    pub bytes: u64,
}

/// Measures the image at `path`; what the bake added is known from what the image says about itself.
pub fn measure(path: &Path) -> Result<Usage> {
    let image = Image::open(path)?;
    let measured = image.root().and_then(|files| Usage::of(&files, Origins::of_record(&image_json(&files)?)));
    measured.with_context(|| format!("measuring image `{}`", path.display()))
}

#[derive(Default)]
struct Tally {
    by_owner: BTreeMap<Owner, (u64, u64)>,
    seen: BTreeSet<u32>,
}

impl Tally {
    fn add(&mut self, owner: Owner, files: u64, bytes: u64) {
        let sums = self.by_owner.entry(owner).or_default();
        *sums = (sums.0 + files, sums.1.saturating_add(bytes));
    }

    fn total(&self) -> u64 {
        self.by_owner.values().fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }
}

impl Usage {
    /// Measures `files`.
    pub fn of(files: &FileSystem, origins: Origins) -> Result<Self> {
        let attribution = Attribution::read(files, origins)?;
        let mut tally = Tally::default();
        files.walk(|visit| {
            count(&mut tally, &attribution, &visit);
            Ok(())
        })?;
        let tables = files.size().saturating_sub(files.free()).saturating_sub(tally.total());
        tally.add(Owner::new(Kind::FileSystem, TABLES), 0, tables);
        Ok(Self { size: files.size(), used: tally.total(), items: items(tally) })
    }

    /// Kind, files and bytes, the kind with the most bytes first.
    pub fn by_kind(&self) -> Vec<(Kind, u64, u64)> {
        let mut sums: BTreeMap<Kind, (u64, u64)> = BTreeMap::new();
        for item in &self.items {
            let sum = sums.entry(item.kind).or_default();
            *sum = (sum.0 + item.files, sum.1.saturating_add(item.bytes));
        }
        let mut kinds: Vec<_> = sums.into_iter().map(|(kind, (files, bytes))| (kind, files, bytes)).collect();
        kinds.sort_by_key(|(kind, _, bytes)| (std::cmp::Reverse(*bytes), *kind));
        kinds
    }
}

/// A file with several names is counted for the first of them.
fn count(tally: &mut Tally, attribution: &Attribution, visit: &Visit<'_>) {
    let inode = visit.inode;
    if inode.links > 1 && inode.kind != FileKind::Directory && !tally.seen.insert(inode.number) {
        return;
    }
    let owner = match inode.kind {
        FileKind::Directory => Owner::new(Kind::FileSystem, DIRECTORIES),
        _ => attribution.owner(visit.path),
    };
    tally.add(owner, 1, inode.allocated);
}

fn items(tally: Tally) -> Vec<Item> {
    let item = |(owner, (files, bytes)): (Owner, (u64, u64))| Item {
        kind: owner.kind,
        name: owner.name,
        files,
        bytes,
    };
    let mut items: Vec<Item> = tally.by_owner.into_iter().map(item).collect();
    items.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| (a.kind, &a.name).cmp(&(b.kind, &b.name))));
    items
}
