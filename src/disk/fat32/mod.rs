//! Writes a FAT32 volume once, with all files contiguous and without a trace of when or where.
//!
//! Microsoft's "FAT32 File System Specification" 1.03. Written here because the crate `fatfs` 0.3.6 makes
//! folders that `fsck.vfat` objects to (a `..` that names the root must name cluster 0), and because a volume
//! that is written only once needs no free list. Names are 8.3 with the case flags of Windows NT, which is
//! all that a boot loader's files need. Nothing is written where the volume stays zero.

mod allocation;
mod boot_sector;
mod directory;
mod geometry;
mod short_name;
#[cfg(test)]
mod tests;
mod tree;

use crate::Result;
use allocation::Allocation;
use boot_sector::{BACKUP_SECTOR, BootSector, FS_INFO_SECTOR, FsInfo};
use directory::{RECORD_BYTES, Record};
use geometry::{FAT_COUNT, Geometry, RESERVED_SECTORS, SECTOR};
use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use tree::{Node, Tree};

/// By which cluster `..` names the root, although the root is elsewhere.
const ROOT_AS_PARENT: u32 = 0;

/// What a volume is called and where it lies.
#[derive(Clone, Copy)]
pub struct Volume {
    /// Serial number.
    pub id: u32,
    /// Label, padded with spaces.
    pub label: [u8; 11],
    /// First byte on the disk; a multiple of 512.
    pub start: u64,
    /// Bytes; a multiple of 512.
    pub length: u64,
}

/// Writes `volume` with `files` (by `/`-separated path) to `disk`, which must hold zeros there so far.
pub fn write(
    disk: &mut (impl Write + Seek),
    volume: Volume,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<()> {
    let geometry = Geometry::of(volume.length)?;
    let mut writer = Writer { disk, volume, geometry, allocation: Allocation::new(geometry) };
    writer.directory(&Tree::of(files)?, Position::Root)?;
    writer.tables()
}

struct Writer<'a, D> {
    disk: &'a mut D,
    volume: Volume,
    geometry: Geometry,
    allocation: Allocation,
}

/// Where a folder is: decides with which records it begins.
#[derive(Clone, Copy)]
enum Position {
    Root,
    Below { parent: u32 },
}

impl Position {
    fn first_records(self, own: u32, label: [u8; 11]) -> Vec<Record> {
        match self {
            Position::Root => vec![Record::label(label)],
            Position::Below { parent } => vec![Record::dot(own), Record::dot_dot(parent)],
        }
    }
}

impl<D: Write + Seek> Writer<'_, D> {
    /// Writes a folder and all below it; returns its first cluster.
    fn directory(&mut self, tree: &Tree, position: Position) -> Result<u32> {
        let (first_records, own_name): (_, fn(u32) -> u32) = match position {
            Position::Root => (1, |_| ROOT_AS_PARENT),
            Position::Below { .. } => (2, |own| own),
        };
        let own = self.allocation.take(((first_records + tree.members.len()) * RECORD_BYTES) as u64)?;
        let mut records = position.first_records(own, self.volume.label);
        for (name, node) in &tree.members {
            records.push(match node {
                Node::File(bytes) => Record::file(*name, self.file(bytes)?, bytes.len())?,
                Node::Directory(tree) => {
                    Record::directory(*name, self.directory(tree, Position::Below { parent: own_name(own) })?)
                }
            });
        }
        let bytes: Vec<u8> = records.iter().flat_map(Record::to_bytes).collect();
        self.write_at(self.geometry.cluster_start(own), &bytes)?;
        Ok(own)
    }

    /// Writes the bytes of a file; returns its first cluster, 0 if it is empty.
    fn file(&mut self, bytes: &[u8]) -> Result<u32> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let first = self.allocation.take(bytes.len() as u64)?;
        self.write_at(self.geometry.cluster_start(first), bytes)?;
        Ok(first)
    }

    /// Writes both FATs and all that is before them.
    fn tables(&mut self) -> Result<()> {
        let fat = self.allocation.fat();
        for copy in 0..FAT_COUNT {
            let sector = RESERVED_SECTORS + copy * self.geometry.sectors_per_fat;
            self.write_at(u64::from(sector) * SECTOR, &fat)?;
        }
        let boot = BootSector { volume: self.volume, geometry: self.geometry }.to_bytes();
        let info = FsInfo { free: self.allocation.free(), next: self.allocation.next() }.to_bytes();
        for first in [0, BACKUP_SECTOR] {
            self.write_at(u64::from(first) * SECTOR, &boot)?;
            self.write_at(u64::from(first + FS_INFO_SECTOR) * SECTOR, &info)?;
        }
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<()> {
        self.disk.seek(SeekFrom::Start(self.volume.start + offset))?;
        Ok(self.disk.write_all(bytes)?)
    }
}
