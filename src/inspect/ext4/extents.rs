//! Extents: where the blocks of a file are.

use super::checksum::crc32c;
use super::{FileSystem, Inode, damaged};
use crate::Result;
use crate::inspect::fields::Fields;

const MAGIC: u16 = 0xf30a;
const RECORD: usize = 12;
const MOST_LEVELS: u16 = 5;
/// Lengths above this mean blocks that are reserved but read as zero.
const LONGEST: u16 = 32768;

/// A run of blocks that lie together on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The first block's place in the file, in blocks.
    pub logical: u64,
    /// Number of blocks.
    pub length: u64,
    /// Block number of the first on the disk.
    pub physical: u64,
}

struct Reader<'a> {
    files: &'a FileSystem,
    inode: &'a Inode,
    found: Vec<Extent>,
    /// Everything found must begin here or later, so that a tree with cycles or shared parts is refused.
    next: u64,
}

impl FileSystem {
    /// The extents of `inode` that hold data, in order and without overlap.
    pub(super) fn extents(&self, inode: &Inode) -> Result<Vec<Extent>> {
        inode.require_extents()?;
        let mut reader = Reader { files: self, inode, found: Vec::new(), next: 0 };
        let depth = Fields(&inode.block).u16(6);
        if depth > MOST_LEVELS {
            return Err(reader.damaged(&format!("has {depth} levels")));
        }
        reader.node(&inode.block, depth)?;
        Ok(reader.found)
    }
}

impl Reader<'_> {
    fn node(&mut self, bytes: &[u8], depth: u16) -> Result<()> {
        let fields = Fields(bytes);
        let entries = usize::from(fields.u16(2));
        let fits = (entries + 1) * RECORD <= bytes.len();
        if fields.u16(0) != MAGIC || fields.u16(6) != depth || !fits {
            return Err(self.damaged("has a node that is none"));
        }
        for record in bytes[RECORD..].chunks_exact(RECORD).take(entries) {
            if depth == 0 { self.leaf(Fields(record))? } else { self.index(Fields(record), depth)? }
        }
        Ok(())
    }

    fn leaf(&mut self, record: Fields<'_>) -> Result<()> {
        let length = record.u16(4);
        let reserved = length > LONGEST;
        let length = u64::from(if reserved { length - LONGEST } else { length });
        let logical = u64::from(record.u32(0));
        let physical = u64::from(record.u32(8)) | u64::from(record.u16(6)) << 32;
        let blocks = self.files.superblock.blocks;
        let inside = physical.checked_add(length).is_some_and(|end| end <= blocks);
        if length == 0 || logical < self.next || !inside {
            return Err(self.damaged("has an extent out of order or outside of the file system"));
        }
        self.next = logical + length;
        if !reserved {
            self.found.push(Extent { logical, length, physical });
        }
        Ok(())
    }

    fn index(&mut self, record: Fields<'_>, depth: u16) -> Result<()> {
        let before = self.next;
        if u64::from(record.u32(0)) < before {
            return Err(self.damaged("has an index out of order"));
        }
        let child = u64::from(record.u32(4)) | u64::from(record.u16(8)) << 32;
        let block = self.files.block(child)?;
        self.check_checksum(&block)?;
        self.node(&block, depth - 1)?;
        if self.next == before { Err(self.damaged("has an empty node")) } else { Ok(()) }
    }

    /// The checksum follows the room for entries.
    fn check_checksum(&self, block: &[u8]) -> Result<()> {
        let Some(seed) = self.inode.checksum_seed else { return Ok(()) };
        let end = (usize::from(Fields(block).u16(4)) + 1) * RECORD;
        let hashed = block.get(..end).unwrap_or(block);
        if crc32c(seed, hashed) != Fields(block).u32(end) {
            return Err(self.damaged("has a node with a wrong checksum"));
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> anyhow::Error {
        damaged(format!("the extent tree of inode {} {what}", self.inode.number))
    }
}
