//! Inodes: everything about a file but its name and its bytes.

use super::checksum::crc32c;
use super::{FileSystem, damaged, unsupported};
use crate::Result;
use crate::inspect::fields::Fields;
use anyhow::Context as _;
use serde::Serialize;
use std::fmt;

/// The number of the root directory.
pub const ROOT: u32 = 2;
/// Bytes of the fixed part that every inode has.
pub const FIXED: usize = 128;
const BLOCK_AT: usize = 0x28;
const CHECKSUM_LOW: usize = 0x7c;
const CHECKSUM_HIGH: usize = 0x82;
const ALLOCATION_UNIT: u64 = 512;

/// Inode flags that decide how its data is found.
mod flag {
    pub const ENCRYPTED: u32 = 0x800;
    pub const HUGE: u32 = 0x4_0000;
    pub const EXTENTS: u32 = 0x8_0000;
    pub const INLINE: u32 = 0x1000_0000;
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    Character,
    /// A block device.
    Block,
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
}

impl Kind {
    fn of(mode: u16) -> Option<Self> {
        Some(match mode >> 12 {
            0x1 => Kind::Fifo,
            0x2 => Kind::Character,
            0x4 => Kind::Directory,
            0x6 => Kind::Block,
            0x8 => Kind::File,
            0xa => Kind::Symlink,
            0xc => Kind::Socket,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::File => "regular file",
            Kind::Directory => "directory",
            Kind::Symlink => "symbolic link",
            Kind::Character => "character device",
            Kind::Block => "block device",
            Kind::Fifo => "named pipe",
            Kind::Socket => "socket",
        })
    }
}

/// Seconds since the epoch and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Time {
    /// May be negative.
    pub seconds: i64,
    /// 0 to 999999999.
    pub nanoseconds: u32,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nanoseconds {
            0 => write!(f, "@{}", self.seconds),
            nanoseconds => write!(f, "@{}.{nanoseconds:09}", self.seconds),
        }
    }
}

/// A file without its name.
#[derive(Debug, Clone)]
pub struct Inode {
    /// From 1; 2 is the root directory.
    pub number: u32,
    /// What it is.
    pub kind: Kind,
    /// Permission bits including setuid, setgid and sticky.
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Bytes of content, as `ls -l` shows it.
    pub size: u64,
    /// Bytes of blocks in use, as `du` shows it.
    pub allocated: u64,
    /// Last change of the content.
    pub modified: Time,
    /// Number of names.
    pub links: u16,
    /// The block map, the target of a short symbolic link, or a device number.
    pub(super) block: [u8; 60],
    /// What follows the fixed and extra fields: extended attributes.
    pub(super) tail: Vec<u8>,
    /// A block with extended attributes, or 0.
    pub(super) attribute_block: u64,
    /// Begins the checksums of what belongs to this inode.
    pub(super) checksum_seed: Option<u32>,
    flags: u32,
}

impl Inode {
    /// Major and minor number, of a device.
    pub fn device(&self) -> Option<(u32, u32)> {
        if !matches!(self.kind, Kind::Character | Kind::Block) {
            return None;
        }
        let fields = Fields(&self.block);
        let (old, new) = (fields.u32(0), fields.u32(4));
        Some(match old {
            0 => ((new & 0xf_ff00) >> 8, (new & 0xff) | ((new >> 12) & 0xf_ff00)),
            old => ((old >> 8) & 0xff, old & 0xff),
        })
    }

    /// Fails unless the data is found by extents.
    pub(super) fn require_extents(&self) -> Result<()> {
        let number = self.number;
        match self.flags {
            flags if flags & flag::INLINE != 0 => Err(unsupported(format!("inline data in inode {number}"))),
            flags if flags & flag::ENCRYPTED != 0 => Err(unsupported(format!("encrypted inode {number}"))),
            flags if flags & flag::EXTENTS == 0 => Err(unsupported(format!("a block map in inode {number}"))),
            _ => Ok(()),
        }
    }

    /// Whether the target of a symbolic link is in the inode itself.
    pub(super) fn has_short_target(&self) -> bool {
        self.flags & flag::EXTENTS == 0 && self.size < self.block.len() as u64
    }
}

impl FileSystem {
    /// The inode with this number.
    pub fn inode(&self, number: u32) -> Result<Inode> {
        let bytes = self.inode_bytes(number)?;
        let fields = Fields(&bytes);
        let seed = self.inode_seed(number, fields);
        if let Some(seed) = seed {
            check_checksum(seed, &bytes).with_context(|| format!("inode {number}"))?;
        }
        let mode = fields.u16(0);
        let Some(kind) = Kind::of(mode) else {
            return Err(damaged(format!("inode {number} has mode {mode:o}, which is no kind of file")));
        };
        Ok(Inode {
            number,
            kind,
            mode: u32::from(mode & 0o7777),
            uid: u32::from(fields.u16(0x2)) | u32::from(fields.u16(0x78)) << 16,
            gid: u32::from(fields.u16(0x18)) | u32::from(fields.u16(0x7a)) << 16,
            size: fields.split_u64(0x4, 0x6c),
            allocated: self.allocated(fields),
            modified: modified(fields),
            links: fields.u16(0x1a),
            block: fields.array(BLOCK_AT),
            tail: fields.bytes(FIXED + extra_size(fields), bytes.len()).to_vec(),
            attribute_block: u64::from(fields.u32(0x68)) | u64::from(fields.u16(0x76)) << 32,
            checksum_seed: seed,
            flags: fields.u32(0x20),
        })
    }

    fn inode_bytes(&self, number: u32) -> Result<Vec<u8>> {
        let superblock = &self.superblock;
        if number == 0 || number > superblock.inodes {
            return Err(damaged(format!("inode {number} of {} is referred to", superblock.inodes)));
        }
        let (group, index) =
            ((number - 1) / superblock.inodes_per_group, (number - 1) % superblock.inodes_per_group);
        let table = self.group(group.into())?.inode_table;
        let offset = table.checked_mul(superblock.block_size);
        let offset = offset.and_then(|start| start.checked_add(u64::from(index) * superblock.inode_size));
        let mut bytes = vec![0; usize::try_from(superblock.inode_size)?];
        let read = offset.map(|offset| self.source.read_at(offset, &mut bytes));
        read.ok_or_else(|| damaged(format!("the inode table of block group {group} is at block {table}")))?
            .with_context(|| format!("reading inode {number}"))?;
        Ok(bytes)
    }

    fn inode_seed(&self, number: u32, fields: Fields<'_>) -> Option<u32> {
        let seed = self.superblock.checksum_seed?;
        let seed = crc32c(seed, &number.to_le_bytes());
        Some(crc32c(seed, fields.bytes(0x64, 4)))
    }

    fn allocated(&self, fields: Fields<'_>) -> u64 {
        let units = u64::from(fields.u32(0x1c)) | u64::from(fields.u16(0x74)) << 32;
        let huge = fields.u32(0x20) & flag::HUGE != 0;
        units.saturating_mul(if huge { self.superblock.block_size } else { ALLOCATION_UNIT })
    }
}

fn extra_size(fields: Fields<'_>) -> usize {
    fields.u16(0x80).into()
}

fn modified(fields: Fields<'_>) -> Time {
    let seconds = i64::from(fields.u32(0x10).cast_signed());
    let extra = if extra_size(fields) >= 0xc { fields.u32(0x88) } else { 0 };
    Time { seconds: seconds + (i64::from(extra & 3) << 32), nanoseconds: extra >> 2 }
}

fn check_checksum(seed: u32, bytes: &[u8]) -> Result<()> {
    let fields = Fields(bytes);
    let has_high = bytes.len() > FIXED && extra_size(fields) >= 4;
    let mut hashed = bytes.to_vec();
    let mut stored = u32::from(fields.u16(CHECKSUM_LOW));
    hashed[CHECKSUM_LOW..CHECKSUM_LOW + 2].fill(0);
    let mut computed = u32::MAX;
    if has_high {
        stored |= u32::from(fields.u16(CHECKSUM_HIGH)) << 16;
        hashed[CHECKSUM_HIGH..CHECKSUM_HIGH + 2].fill(0);
    } else {
        computed = 0xffff;
    }
    computed &= crc32c(seed, &hashed);
    if stored == computed { Ok(()) } else { Err(damaged("it has a wrong checksum")) }
}
