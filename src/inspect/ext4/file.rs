//! The bytes of a file.

use super::extents::Extent;
use super::{FileSystem, Inode, Kind, damaged};
use crate::Result;
use std::io::{self, Read};

/// The largest file that is read into memory as a whole; the tables in an image are far smaller.
const LARGEST_IN_MEMORY: u64 = 64 << 20;

/// Reads the bytes of a file from its beginning; holes read as zero.
pub struct FileReader<'a> {
    files: &'a FileSystem,
    extents: Vec<Extent>,
    size: u64,
    position: u64,
}

impl FileSystem {
    /// A reader of the content of `inode`.
    pub fn reader(&self, inode: &Inode) -> Result<FileReader<'_>> {
        let most = (u64::from(u32::MAX) + 1).saturating_mul(self.superblock.block_size);
        if inode.size > most {
            return Err(damaged(format!("inode {} claims {} bytes", inode.number, inode.size)));
        }
        Ok(FileReader { files: self, extents: self.extents(inode)?, size: inode.size, position: 0 })
    }

    /// All bytes of `inode`, which must be at most 64 MiB.
    pub fn content(&self, inode: &Inode) -> Result<Vec<u8>> {
        let (number, size) = (inode.number, inode.size);
        if size > LARGEST_IN_MEMORY {
            return Err(damaged(format!("inode {number} has {size} bytes, too many for what it is")));
        }
        let mut bytes = Vec::new();
        self.reader(inode)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Where the symbolic link `inode` points.
    pub fn target(&self, inode: &Inode) -> Result<Vec<u8>> {
        if inode.kind != Kind::Symlink || inode.size > self.superblock.block_size {
            return Err(damaged(format!("inode {} is no symbolic link", inode.number)));
        }
        if inode.has_short_target() {
            return Ok(inode.block[..usize::try_from(inode.size)?].to_vec());
        }
        self.content(inode)
    }
}

impl FileReader<'_> {
    /// Where the next byte comes from.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Moves on to `position`; never back and never past the end.
    pub fn skip_to(&mut self, position: u64) {
        self.position = position.clamp(self.position, self.size.max(self.position));
    }

    /// The first place from here on that is not in a hole, or the end of the file.
    pub fn next_data(&self) -> u64 {
        let block_size = self.files.superblock.block_size;
        let extent = self.extents.get(self.current_extent());
        let start = extent.map_or(self.size, |extent| extent.logical * block_size);
        start.clamp(self.position, self.size.max(self.position))
    }

    /// The first extent that does not end before here.
    fn current_extent(&self) -> usize {
        let block = self.position / self.files.superblock.block_size;
        self.extents.partition_point(|extent| extent.logical + extent.length <= block)
    }
}

impl Read for FileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let block_size = self.files.superblock.block_size;
        let data = self.next_data();
        let (hole, end) = match self.extents.get(self.current_extent()) {
            _ if data > self.position => (true, data),
            Some(extent) => (false, (extent.logical + extent.length) * block_size),
            None => (true, self.size),
        };
        let length = end.min(self.size).saturating_sub(self.position).min(buffer.len() as u64);
        let buffer = &mut buffer[..usize::try_from(length).map_err(io::Error::other)?];
        if hole {
            buffer.fill(0);
        } else if !buffer.is_empty() {
            self.read_extent(buffer)?;
        }
        self.position += length;
        Ok(buffer.len())
    }
}

impl FileReader<'_> {
    fn read_extent(&self, buffer: &mut [u8]) -> io::Result<()> {
        let extent = self.extents[self.current_extent()];
        let block_size = self.files.superblock.block_size;
        let within = self.position - extent.logical * block_size;
        self.files.source.read_at(extent.physical * block_size + within, buffer)
    }
}
