//! Directories: names and the inodes they stand for.
//!
//! An indexed directory is read like a plain one: its index blocks look like blocks without names.

use super::checksum::crc32c;
use super::{FileSystem, Inode, Kind, damaged};
use crate::Result;
use crate::inspect::fields::Fields;
use std::collections::BTreeMap;

/// Bytes before the name.
const HEADER: usize = 8;
/// The pseudo-entry at a block's end that holds its checksum.
const TAIL: usize = 12;
const TAIL_TYPE: u8 = 0xde;

/// The number of an inode that a name stands for.
pub type Entry = u32;

impl FileSystem {
    /// The names in the directory `inode`, without `.` and `..`.
    pub fn entries(&self, inode: &Inode) -> Result<BTreeMap<Vec<u8>, Entry>> {
        let number = inode.number;
        if inode.kind != Kind::Directory {
            return Err(damaged(format!("inode {number} is no directory")));
        }
        let content = self.content(inode)?;
        let mut names = BTreeMap::new();
        for block in content.chunks(usize::try_from(self.superblock.block_size)?) {
            check_checksum(inode, block)?;
            read_block(block, &mut names)
                .ok_or_else(|| damaged(format!("directory inode {number} has an entry that is none")))?;
        }
        Ok(names)
    }
}

/// `None` if the block contradicts itself.
fn read_block(mut block: &[u8], names: &mut BTreeMap<Vec<u8>, Entry>) -> Option<()> {
    while !block.is_empty() {
        let fields = Fields(block);
        let inode = fields.u32(0);
        let length = record_length(fields.u16(4), block.len());
        let name_length = usize::from(fields.u8(6));
        if length < HEADER || !length.is_multiple_of(4) || length > block.len() {
            return None;
        }
        if inode != 0 {
            let name = block.get(HEADER..HEADER + name_length).filter(|_| HEADER + name_length <= length)?;
            insert(names, name, inode)?;
        }
        block = &block[length..];
    }
    Some(())
}

fn insert(names: &mut BTreeMap<Vec<u8>, Entry>, name: &[u8], inode: Entry) -> Option<()> {
    if matches!(name, b"." | b"..") {
        return Some(());
    }
    let acceptable = !name.is_empty() && !name.contains(&b'/') && !name.contains(&0);
    (acceptable && names.insert(name.to_vec(), inode).is_none()).then_some(())
}

/// In blocks of 64 KiB a record of the whole block cannot say its length in 16 bits.
fn record_length(stored: u16, rest: usize) -> usize {
    match stored {
        0 | u16::MAX if rest == 1 << 16 => rest,
        stored => stored.into(),
    }
}

fn check_checksum(inode: &Inode, block: &[u8]) -> Result<()> {
    let Some(seed) = inode.checksum_seed else { return Ok(()) };
    let Some((hashed, tail)) = block.split_at_checked(block.len().saturating_sub(TAIL)) else {
        return Ok(());
    };
    let fields = Fields(tail);
    let is_tail = fields.u32(0) == 0 && usize::from(fields.u16(4)) == TAIL && fields.u8(7) == TAIL_TYPE;
    if is_tail && crc32c(seed, hashed) != fields.u32(8) {
        return Err(damaged(format!("directory inode {} has a wrong checksum", inode.number)));
    }
    Ok(())
}
