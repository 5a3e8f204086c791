//! What a comparison found, for people and as JSON.

use crate::digest::Sha256;
use crate::size::human;
use serde::Serialize;
use std::fmt;

/// The result of comparing two images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Comparison {
    /// Every byte of both disks is the same.
    Same,
    /// Something differs.
    Different(Box<Difference>),
}

/// Where and how two images differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The part of the disk with the first difference.
    pub place: Place,
    /// How many files or other things of that part differ.
    pub count: u64,
    /// The first of them in order of their names, at least one, at most [`Difference::MOST`].
    pub findings: Vec<Finding>,
}

/// Parts of a disk, in the order in which they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Size of the disk, its identity, its partitions.
    PartitionTable,
    /// The code that a BIOS starts.
    BootCode,
    /// Files of the EFI system partition.
    EfiFiles,
    /// The EFI system partition, while all files in it are the same.
    EfiFileSystem,
    /// Files of the root file system.
    RootFiles,
    /// The root file system, while all files in it are the same.
    RootFileSystem,
    /// Some other partition.
    Partition,
    /// Around the partitions.
    OutsidePartitions,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A path from the root of its file system, `/etc/hosts`, or the name of another thing.
    pub subject: String,
    /// In which ways, at least one.
    pub changes: Vec<Change>,
}

/// One way in which a thing differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// It is on one side only.
    Missing {
        /// The side that lacks it.
        from: Side,
    },
    /// A property: mode, owner, target of a link, …
    Property {
        /// Which.
        name: String,
        /// On the expected side.
        expected: String,
        /// On the actual side.
        actual: String,
    },
    /// The bytes of a file.
    Content {
        /// The first byte that differs, or the size of the shorter one.
        offset: u64,
        /// On the expected side.
        expected: Content,
        /// On the actual side.
        actual: Content,
    },
    /// Bytes that belong to no file.
    Bytes {
        /// Of the first one, from the beginning of its partition or disk.
        offset: u64,
        /// The block of the file system, if there is one.
        block: Option<u64>,
        /// What that block is for.
        purpose: Option<String>,
    },
}

/// The bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// How many.
    pub size: u64,
    /// Of all of them.
    pub sha256: Sha256,
}

/// One of two images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The one that the other is held against.
    Expected,
    /// The one in question.
    Actual,
}

impl Difference {
    /// More findings than this are counted but not kept.
    pub const MOST: usize = 20;

    /// One difference in bytes that belong to no file; `block` is its number and what it is for.
    pub(super) fn bytes(
        place: Place,
        subject: impl Into<String>,
        offset: u64,
        block: Option<(u64, String)>,
    ) -> Self {
        let (block, purpose) = block.unzip();
        let changes = vec![Change::Bytes { offset, block, purpose }];
        Self { place, count: 1, findings: vec![Finding { subject: subject.into(), changes }] }
    }
}

impl Change {
    /// A property, unless it is the same on both sides.
    pub(super) fn property<T: PartialEq>(
        name: &str,
        expected: &T,
        actual: &T,
        show: impl Fn(&T) -> String,
    ) -> Option<Self> {
        let shown = || (show(expected), show(actual));
        (expected != actual).then(shown).map(|(expected, actual)| Change::Property {
            name: name.to_owned(),
            expected,
            actual,
        })
    }

    /// In a word or two, for a list.
    fn topic(&self) -> String {
        match self {
            Change::Missing { from } => format!("missing from the {from} image"),
            Change::Property { name, .. } => name.clone(),
            Change::Content { .. } => "content".into(),
            Change::Bytes { offset, .. } => format!("bytes from offset {offset}"),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Comparison::Same => f.write_str("the images are the same"),
            Comparison::Different(difference) => difference.fmt(f),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.findings.first() else { return Ok(()) };
        write!(f, "the images differ {}: `{}`", self.place, first.subject)?;
        for change in &first.changes {
            write!(f, "\n  {change}")?;
        }
        if self.count < 2 {
            return Ok(());
        }
        write!(f, "\n{} differ in all:", self.count)?;
        for finding in &self.findings {
            let topics: Vec<_> = finding.changes.iter().map(Change::topic).collect();
            write!(f, "\n  {}: {}", finding.subject, topics.join(", "))?;
        }
        match self.count - self.findings.len() as u64 {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::PartitionTable => "in their partition tables",
            Place::BootCode => "in their BIOS boot code",
            Place::EfiFiles => "in a file of the EFI system partition",
            Place::EfiFileSystem => "in the EFI system partition, all files in it are the same",
            Place::RootFiles => "in a file of the root file system",
            Place::RootFileSystem => "in the root file system, all files in it are the same",
            Place::Partition => "in a partition",
            Place::OutsidePartitions => "outside of their partitions",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Missing { .. } => f.write_str(&self.topic()),
            Change::Property { name, expected, actual } => {
                write!(f, "{name}: expected {expected}, found {actual}")
            }
            Change::Content { offset, expected, actual } => {
                write!(f, "content from offset {offset}: expected {expected}, found {actual}")
            }
            Change::Bytes { offset, block, purpose } => {
                write!(f, "bytes from offset {offset}")?;
                block.map_or(Ok(()), |block| write!(f, ", block {block}"))?;
                purpose.as_ref().map_or(Ok(()), |purpose| write!(f, ", {purpose}"))
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sha256:{}", human(self.size), self.sha256)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Expected => "expected",
            Side::Actual => "actual",
        })
    }
}
