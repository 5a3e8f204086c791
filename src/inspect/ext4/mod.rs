//! Reads an ext4 file system without mounting it.
//!
//! The crate `ext4-view` gives no times, extended attributes, inode or device numbers and no allocated sizes,
//! which `verify` and `inspect --size` are made of, and it panics on some damaged images. So this is an own
//! reader of what mke2fs writes: extents, 64-bit block numbers, metadata checksums, extended attributes in
//! the inode and in a block of their own. What it does not know (inline data, encryption, block maps) it
//! refuses by name. Layout: <https://docs.kernel.org/filesystems/ext4/>.

mod checksum;
mod directory;
mod extents;
mod file;
mod groups;
mod inode;
mod layout;
mod lookup;
mod superblock;
mod walk;
mod xattr;

pub use directory::Entry;
pub use file::FileReader;
pub use inode::{Inode, Kind, Time};
pub use walk::Visit;
pub use xattr::Attributes;

use super::source::Source;
use crate::Result;
use crate::error::Fault;
use anyhow::Context as _;
use std::fmt::Display;
use superblock::Superblock;

/// A file system that is read where it lies.
pub struct FileSystem {
    source: Source,
    superblock: Superblock,
}

impl FileSystem {
    /// Opens the file system that fills `source`.
    pub fn open(source: Source) -> Result<Self> {
        let mut bytes = [0; superblock::SIZE];
        source.read_at(superblock::OFFSET, &mut bytes).context("reading the ext4 superblock")?;
        let superblock = Superblock::parse(&bytes, source.length())?;
        Ok(Self { source, superblock })
    }

    /// Bytes per block.
    pub fn block_size(&self) -> u64 {
        self.superblock.block_size
    }

    /// Bytes in all blocks together.
    pub fn size(&self) -> u64 {
        self.superblock.blocks * self.superblock.block_size
    }

    /// Bytes in blocks that nothing uses.
    pub fn free(&self) -> u64 {
        self.superblock.free_blocks.saturating_mul(self.superblock.block_size).min(self.size())
    }

    /// Identity, as `/etc/fstab` knows it.
    pub fn uuid(&self) -> String {
        uuid::Uuid::from_bytes(self.superblock.uuid).to_string()
    }

    /// Its label; often empty.
    pub fn label(&self) -> &str {
        &self.superblock.label
    }

    /// It was in use when the machine stopped; the newest changes may be in its journal only.
    pub fn needs_recovery(&self) -> bool {
        self.superblock.needs_recovery
    }

    fn block(&self, number: u64) -> Result<Vec<u8>> {
        let superblock = &self.superblock;
        if number >= superblock.blocks {
            return Err(damaged(format!("block {number} of {} is referred to", superblock.blocks)));
        }
        let mut bytes = vec![0; usize::try_from(superblock.block_size)?];
        let read = self.source.read_at(number * superblock.block_size, &mut bytes);
        read.with_context(|| format!("reading ext4 block {number}"))?;
        Ok(bytes)
    }
}

/// The error for a file system that contradicts itself.
fn damaged(what: impl Display) -> anyhow::Error {
    Fault::input(format!("damaged ext4 file system: {what}")).hint(crate::inspect::DAMAGED).into()
}

/// The error for a file system that no bake makes.
fn unsupported(what: impl Display) -> anyhow::Error {
    Fault::input(format!("ext4 file system with {what}"))
        .hint("only images that `imgbuild bake` made are read; mount others and look")
        .into()
}

#[cfg(test)]
mod tests;
