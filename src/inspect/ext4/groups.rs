//! Group descriptors: where the tables of each block group are.

use super::{FileSystem, damaged};
use crate::Result;
use crate::inspect::fields::Fields;
use anyhow::Context as _;

/// Where a block group keeps its tables; block numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// One bit per block.
    pub block_bitmap: u64,
    /// One bit per inode.
    pub inode_bitmap: u64,
    /// The first of the blocks that hold inodes.
    pub inode_table: u64,
}

impl FileSystem {
    /// How many block groups there are.
    pub(super) fn groups(&self) -> u64 {
        let superblock = &self.superblock;
        (superblock.blocks - superblock.first_block).div_ceil(superblock.blocks_per_group)
    }

    /// The block in which group descriptors begin.
    pub(super) fn first_descriptor_block(&self) -> u64 {
        self.superblock.first_block + 1
    }

    /// Group `number`, from 0.
    pub(super) fn group(&self, number: u64) -> Result<Group> {
        if number >= self.groups() {
            return Err(damaged(format!("block group {number} of {} is referred to", self.groups())));
        }
        let start = self.first_descriptor_block() * self.superblock.block_size;
        let mut bytes = [0; 64];
        let length = bytes.len().min(usize::try_from(self.superblock.descriptor_size)?);
        let offset = start + number * self.superblock.descriptor_size;
        let read = self.source.read_at(offset, &mut bytes[..length]);
        read.with_context(|| format!("reading the descriptor of block group {number}"))?;
        Ok(self.parse_group(Fields(&bytes)))
    }

    fn parse_group(&self, fields: Fields<'_>) -> Group {
        let block = |low, high| {
            if self.superblock.wide { fields.split_u64(low, high) } else { fields.u32(low).into() }
        };
        Group {
            block_bitmap: block(0x0, 0x20),
            inode_bitmap: block(0x4, 0x24),
            inode_table: block(0x8, 0x28),
        }
    }
}
