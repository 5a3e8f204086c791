//! The superblock: sizes, counts and features, checked so that nothing after it can divide by zero,
//! overflow or ask for more memory than the image is long.

use super::checksum::{START, crc32c};
use super::{damaged, unsupported};
use crate::Result;
use crate::inspect::fields::Fields;

/// Where it begins.
pub const OFFSET: u64 = 1024;
/// How many bytes it has.
pub const SIZE: usize = 1024;

const MAGIC: u16 = 0xef53;
const CHECKSUM_AT: usize = 0x3fc;

/// Features that change how data is read and that this reader knows.
mod incompatible {
    pub const FILE_TYPE: u32 = 0x2;
    pub const RECOVER: u32 = 0x4;
    pub const EXTENTS: u32 = 0x40;
    pub const WIDE: u32 = 0x80;
    pub const FLEX_GROUPS: u32 = 0x200;
    pub const CHECKSUM_SEED: u32 = 0x2000;
    pub const LARGE_DIRECTORY: u32 = 0x4000;
    pub const KNOWN: u32 =
        FILE_TYPE | RECOVER | EXTENTS | WIDE | FLEX_GROUPS | CHECKSUM_SEED | LARGE_DIRECTORY;
    /// Names for the refusal, as mke2fs calls them.
    pub const REFUSED: [(u32, &str); 8] = [
        (0x1, "compression"),
        (0x8, "journal_dev"),
        (0x10, "meta_bg"),
        (0x100, "mmp"),
        (0x400, "ea_inode"),
        (0x8000, "inline_data"),
        (0x1_0000, "encrypt"),
        (0x2_0000, "casefold"),
    ];
}
const METADATA_CHECKSUMS: u32 = 0x400;

/// What the rest of the reader needs to know.
#[derive(Debug)]
pub struct Superblock {
    /// Bytes per block, a power of two from 1024 to 65536.
    pub block_size: u64,
    /// Blocks in the file system; they all lie within the image.
    pub blocks: u64,
    /// Blocks that nothing uses.
    pub free_blocks: u64,
    /// The first block of group 0: 1 if blocks have 1024 bytes, else 0.
    pub first_block: u64,
    /// At least 1.
    pub blocks_per_group: u64,
    /// At least 1.
    pub inodes_per_group: u32,
    /// All groups together.
    pub inodes: u32,
    /// Bytes per inode, a power of two from 128 to the block size.
    pub inode_size: u64,
    /// Bytes per group descriptor, 32 to 1024.
    pub descriptor_size: u64,
    /// Group descriptors have high halves of block numbers.
    pub wide: bool,
    /// Begins every metadata checksum, if there are any.
    pub checksum_seed: Option<u32>,
    /// Its journal is not empty.
    pub needs_recovery: bool,
    /// Identity.
    pub uuid: [u8; 16],
    /// Volume name.
    pub label: String,
}

impl Superblock {
    /// Parses and checks `bytes`, of a file system in an image of `length` bytes.
    pub fn parse(bytes: &[u8; SIZE], length: u64) -> Result<Self> {
        let fields = Fields(bytes);
        if fields.u16(0x38) != MAGIC {
            return Err(damaged("it has no ext4 superblock"));
        }
        let features = fields.u32(0x60);
        refuse_unknown(features)?;
        let superblock = Self::unchecked(fields, features)?;
        superblock.check_checksum(bytes)?;
        superblock.check(length)?;
        Ok(superblock)
    }

    fn unchecked(fields: Fields<'_>, features: u32) -> Result<Self> {
        let has = |feature| features & feature != 0;
        let wide = has(incompatible::WIDE);
        let high = |offset| if wide { u64::from(fields.u32(offset)) << 32 } else { 0 };
        let exponent = fields.u32(0x18);
        if exponent > 6 {
            return Err(damaged(format!("it claims blocks of 2^{} bytes", u64::from(exponent) + 10)));
        }
        Ok(Self {
            block_size: 1024 << exponent,
            blocks: u64::from(fields.u32(0x4)) | high(0x150),
            free_blocks: u64::from(fields.u32(0xc)) | high(0x158),
            first_block: fields.u32(0x14).into(),
            blocks_per_group: fields.u32(0x20).into(),
            inodes_per_group: fields.u32(0x28),
            inodes: fields.u32(0),
            inode_size: if fields.u32(0x4c) == 0 { 128 } else { fields.u16(0x58).into() },
            descriptor_size: if wide { fields.u16(0xfe).into() } else { 32 },
            wide,
            checksum_seed: checksum_seed(fields, has(incompatible::CHECKSUM_SEED)),
            needs_recovery: has(incompatible::RECOVER),
            uuid: fields.array(0x68),
            label: text(fields.bytes(0x78, 16)),
        })
    }

    fn check_checksum(&self, bytes: &[u8; SIZE]) -> Result<()> {
        let stored = Fields(bytes).u32(CHECKSUM_AT);
        if self.checksum_seed.is_some() && crc32c(START, &bytes[..CHECKSUM_AT]) != stored {
            return Err(damaged("its superblock has a wrong checksum"));
        }
        Ok(())
    }

    fn check(&self, length: u64) -> Result<()> {
        let sizes = [
            ("inode size", self.inode_size, 128, self.block_size),
            ("group descriptor size", self.descriptor_size, if self.wide { 64 } else { 32 }, 1024),
        ];
        for (name, value, least, most) in sizes {
            if !value.is_power_of_two() || value < least || value > most {
                return Err(damaged(format!("it claims an {name} of {value} bytes")));
            }
        }
        let counts = [
            ("blocks per group", self.blocks_per_group, self.block_size * 8),
            ("inodes per group", self.inodes_per_group.into(), self.block_size * 8),
            ("inodes", self.inodes.into(), u32::MAX.into()),
        ];
        for (name, value, most) in counts {
            if value == 0 || value > most {
                return Err(damaged(format!("it claims {value} {name}")));
            }
        }
        self.check_length(length)
    }

    fn check_length(&self, length: u64) -> Result<()> {
        let end = self.blocks.checked_mul(self.block_size);
        if self.blocks <= self.first_block || end.is_none_or(|end| end > length) {
            let claim = format!("{} blocks of {} bytes", self.blocks, self.block_size);
            return Err(damaged(format!("it claims {claim}, its partition has {length} bytes")));
        }
        Ok(())
    }
}

fn checksum_seed(fields: Fields<'_>, stored: bool) -> Option<u32> {
    let seed = if stored { fields.u32(0x270) } else { crc32c(START, fields.bytes(0x68, 16)) };
    (fields.u32(0x64) & METADATA_CHECKSUMS != 0).then_some(seed)
}

fn refuse_unknown(features: u32) -> Result<()> {
    if features & incompatible::FILE_TYPE == 0 {
        return Err(unsupported("directory entries without file types"));
    }
    let unknown = features & !incompatible::KNOWN;
    let named = incompatible::REFUSED.iter().find(|(bit, _)| unknown & bit != 0);
    match named {
        Some((_, name)) => Err(unsupported(format!("the feature `{name}`"))),
        None if unknown != 0 => Err(unsupported(format!("the unknown features {unknown:#x}"))),
        None => Ok(()),
    }
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
