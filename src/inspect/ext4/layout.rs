//! Says what a block is for, to explain a difference outside of every file.

use super::{FileSystem, superblock};
use std::fmt::Write as _;

impl FileSystem {
    /// What the byte at `offset` belongs to, such as `inode 12 in the inode table of block group 0`.
    pub fn describe(&self, offset: u64) -> String {
        let block = offset / self.superblock.block_size;
        let superblock = superblock::OFFSET..superblock::OFFSET + superblock::SIZE as u64;
        if superblock.contains(&offset) {
            return "the superblock".into();
        }
        if self.is_descriptor(block) {
            return "the group descriptors".into();
        }
        let groups = 0..self.groups();
        let known = groups.into_iter().find_map(|group| self.describe_in(group, block, offset));
        known.unwrap_or_else(|| "a directory, extent, journal or unused block".into())
    }

    fn is_descriptor(&self, block: u64) -> bool {
        let first = self.first_descriptor_block();
        let bytes = self.groups() * self.superblock.descriptor_size;
        (first..first + bytes.div_ceil(self.superblock.block_size)).contains(&block)
    }

    fn describe_in(&self, number: u64, block: u64, offset: u64) -> Option<String> {
        let group = self.group(number).ok()?;
        if block == group.block_bitmap {
            return Some(format!("the block bitmap of block group {number}"));
        }
        if block == group.inode_bitmap {
            return Some(format!("the inode bitmap of block group {number}"));
        }
        let index = self.inode_index(group.inode_table, offset)?;
        let inode = number * u64::from(self.superblock.inodes_per_group) + index + 1;
        let mut text = format!("inode {inode}");
        let _ = write!(text, " in the inode table of block group {number}");
        Some(text)
    }

    fn inode_index(&self, table: u64, offset: u64) -> Option<u64> {
        let start = table.checked_mul(self.superblock.block_size)?;
        let index = offset.checked_sub(start)? / self.superblock.inode_size;
        (index < self.superblock.inodes_per_group.into()).then_some(index)
    }
}
