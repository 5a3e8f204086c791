//! An image file opened for reading: its disk, its partition table, its root file system.

use super::cache::Cached;
use super::ext4::FileSystem;
use super::gpt::{Partition, PartitionTable, Role};
use super::source::{RawFile, ReadAt, Seeking, Source, Window};
use crate::Result;
use crate::error::Fault;
use crate::output::qcow2::reader as qcow2;
use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;
use std::rc::Rc;

const QCOW2_MAGIC: [u8; 4] = *b"QFI\xfb";

/// How the disk lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// As it is.
    Raw,
    /// QEMU's format, with compressed clusters.
    Qcow2,
}

impl Format {
    /// How it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Format::Raw => "raw",
            Format::Qcow2 => "qcow2",
        }
    }
}

/// A disk image that is open.
pub struct Image {
    /// How the disk lies in the file.
    pub format: Format,
    /// The bytes of the disk.
    pub disk: Source,
    /// Its partitions.
    pub table: PartitionTable,
}

impl Image {
    /// Opens the raw or qcow2 image at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        open(path).with_context(|| format!("reading image `{}`", path.display()))
    }

    /// The bytes of one partition.
    pub fn partition(&self, partition: &Partition) -> Source {
        Rc::new(Window::new(self.disk.clone(), partition.start, partition.size))
    }

    /// The root file system.
    pub fn root(&self) -> Result<FileSystem> {
        let partition = self.table.find(Role::Root).ok_or_else(|| {
            Fault::input("no partition has the type of a root file system")
                .hint("give an image that `imgbuild bake` made")
        })?;
        FileSystem::open(Rc::new(Cached::new(self.partition(partition))))
    }
}

fn open(path: &Path) -> Result<Image> {
    let (format, disk) = disk(path)?;
    let table = PartitionTable::read(disk.as_ref())?;
    Ok(Image { format, disk, table })
}

/// The disk in the file at `path`, whatever is on it.
fn disk(path: &Path) -> Result<(Format, Source)> {
    let file = RawFile::open(path)?;
    let mut magic = [0; 4];
    let long_enough = file.length() >= magic.len() as u64;
    if long_enough {
        file.read_at(0, &mut magic)?;
    }
    if magic != QCOW2_MAGIC {
        return Ok((Format::Raw, Rc::new(file)));
    }
    let reader = qcow2::Reader::open(fs_err::File::open(path)?)?;
    Ok((Format::Qcow2, Rc::new(Seeking::new(reader)?)))
}
