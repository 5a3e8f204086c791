//! Compares two images and names the first thing that differs, in words that lead to its cause.
//!
//! Two images of the same definition, lock and imgbuild version must have the same bytes. If they do not, the
//! offset of the first byte says little; so the disks are taken apart, in the order partition table, boot code,
//! files of the EFI system partition, files of the root file system, and only then what is around them.

mod boot;
mod bytes;
mod content;
mod difference;
mod esp;
mod findings;
mod node;
mod table;
mod tree;

pub use difference::{Change, Comparison, Content, Difference, Finding, Place, Side};

use crate::Result;
use crate::inspect::Image;
use crate::inspect::gpt::Role;
use crate::inspect::source::Source;
use anyhow::Context as _;
use std::path::Path;

/// Compares the disks in the images at `expected` and `actual`, each raw or qcow2; that one is raw and the
/// other qcow2 is no difference. Fails only if one of them cannot be read.
pub fn compare(expected: &Path, actual: &Path) -> Result<Comparison> {
    let (expected_image, actual_image) = (Image::open(expected)?, Image::open(actual)?);
    let pair = Pair { expected: &expected_image, actual: &actual_image };
    pair.compare()
        .with_context(|| format!("comparing images `{}` and `{}`", expected.display(), actual.display()))
}

/// Two open images.
#[derive(Clone, Copy)]
struct Pair<'a> {
    expected: &'a Image,
    actual: &'a Image,
}

impl Pair<'_> {
    fn compare(self) -> Result<Comparison> {
        let disks = (self.expected.disk.as_ref(), self.actual.disk.as_ref());
        let Some(offset) = bytes::first_difference(disks.0, disks.1)? else {
            return Ok(Comparison::Same);
        };
        // if every partition is the same, it is between them
        let outside = || Difference::bytes(Place::OutsidePartitions, "disk", offset, None);
        let difference = self.explain()?.unwrap_or_else(outside);
        Ok(Comparison::Different(Box::new(difference)))
    }

    /// The first difference that has a name.
    fn explain(self) -> Result<Option<Difference>> {
        let parts = [
            (|pair| Ok(table::compare(pair))) as fn(Pair<'_>) -> Result<Option<Difference>>,
            boot::compare,
            esp::compare,
            tree::compare,
            |pair| pair.other_partitions(),
        ];
        parts.into_iter().find_map(|part| part(self).transpose()).transpose()
    }

    fn other_partitions(self) -> Result<Option<Difference>> {
        for (number, partition) in &self.expected.table.partitions {
            let sides = (self.expected.partition(partition), self.actual.partition(partition));
            if let Some(offset) = bytes::first_difference(sides.0.as_ref(), sides.1.as_ref())? {
                let subject = format!("partition {number} ({})", partition.role.name());
                return Ok(Some(Difference::bytes(Place::Partition, subject, offset, None)));
            }
        }
        Ok(None)
    }

    /// The bytes of the first partition with this role on both sides, if there is one and they differ, and
    /// where they do. Both tables are the same by now.
    fn differing(self, role: Role) -> Result<Option<Differing>> {
        let Some(partition) = self.expected.table.find(role) else { return Ok(None) };
        let (expected, actual) = (self.expected.partition(partition), self.actual.partition(partition));
        let offset = bytes::first_difference(expected.as_ref(), actual.as_ref())?;
        Ok(offset.map(|offset| Differing { expected, actual, offset }))
    }
}

/// A partition whose bytes differ.
struct Differing {
    expected: Source,
    actual: Source,
    offset: u64,
}

#[cfg(test)]
mod tests;
