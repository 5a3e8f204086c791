//! Reads the header and refuses what the reader cannot do.

use crate::Result;
use crate::error::Fault;
use crate::output::qcow2::ENTRY_BYTES;
use crate::output::qcow2::compression::Compression;
use crate::output::qcow2::header::{
    INCOMPATIBLE_COMPRESSION, INCOMPATIBLE_DIRTY, LENGTH_V2, LENGTH_V3, MAGIC,
};
use std::ops::RangeInclusive;

/// Bytes from the beginning that hold every field that is read.
pub const LONGEST_HEADER: u64 = 112;

const VERSION_2: u32 = 2;
const VERSION_3: u32 = 3;
const CLUSTER_BITS: RangeInclusive<u32> = 9..=21;
/// Bytes of L1 table that QEMU accepts (`QCOW_MAX_L1_SIZE`).
const L1_LIMIT: u64 = 32 << 20;

/// Offsets of fields in the header.
mod field {
    pub const VERSION: usize = 4;
    pub const BACKING_FILE_OFFSET: usize = 8;
    pub const CLUSTER_BITS: usize = 20;
    pub const SIZE: usize = 24;
    pub const CRYPT_METHOD: usize = 32;
    pub const L1_SIZE: usize = 36;
    pub const L1_TABLE_OFFSET: usize = 40;
    pub const INCOMPATIBLE_FEATURES: usize = 72;
    pub const HEADER_LENGTH: usize = 100;
    pub const COMPRESSION_TYPE: usize = 104;
}

/// What the header says about the disk.
#[derive(Debug)]
pub struct Geometry {
    /// Bytes of the disk.
    pub size: u64,
    /// log2 of the cluster size.
    pub cluster_bits: u32,
    /// How compressed clusters are compressed.
    pub compression: Compression,
    /// Where the L1 table is.
    pub l1_offset: u64,
    /// How many of its entries the disk needs.
    pub l1_used: u64,
}

impl Geometry {
    /// Bytes in a cluster.
    pub fn cluster_bytes(&self) -> u64 {
        1 << self.cluster_bits
    }

    /// Entries in an L2 table.
    pub fn l2_entries(&self) -> u64 {
        self.cluster_bytes() / ENTRY_BYTES
    }
}

/// Reads the beginning of a file.
pub fn header(bytes: &[u8]) -> Result<Geometry> {
    if !bytes.starts_with(&MAGIC) || bytes.len() < LENGTH_V2 {
        return Err(refused("it does not begin with a qcow2 header"));
    }
    let compression = compression(bytes)?;
    if u64_at(bytes, field::BACKING_FILE_OFFSET) != 0 {
        return Err(refused("it is an overlay on another file"));
    }
    if u32_at(bytes, field::CRYPT_METHOD) != 0 {
        return Err(refused("it is encrypted"));
    }
    let cluster_bits = u32_at(bytes, field::CLUSTER_BITS);
    if !CLUSTER_BITS.contains(&cluster_bits) {
        return Err(refused(&format!("its cluster size is 2^`{cluster_bits}`")));
    }
    let mut geometry = Geometry {
        size: u64_at(bytes, field::SIZE),
        cluster_bits,
        compression,
        l1_offset: u64_at(bytes, field::L1_TABLE_OFFSET),
        l1_used: 0,
    };
    geometry.l1_used = geometry.size.div_ceil(geometry.cluster_bytes() * geometry.l2_entries());
    let l1_size = u64::from(u32_at(bytes, field::L1_SIZE));
    if geometry.l1_used > l1_size || l1_size * ENTRY_BYTES > L1_LIMIT {
        return Err(refused("the size of its L1 table does not suit the size of its disk"));
    }
    Ok(geometry)
}

/// The compression, and in passing whether version and features are such that the rest can be understood.
fn compression(bytes: &[u8]) -> Result<Compression> {
    match u32_at(bytes, field::VERSION) {
        VERSION_2 => return Ok(Compression::Zlib),
        VERSION_3 if bytes.len() >= LENGTH_V3 => {}
        version => return Err(refused(&format!("its version is `{version}`"))),
    }
    let incompatible = u64_at(bytes, field::INCOMPATIBLE_FEATURES);
    let unknown = incompatible & !(INCOMPATIBLE_DIRTY | INCOMPATIBLE_COMPRESSION);
    if unknown != 0 {
        return Err(refused(&format!("it has incompatible features `{unknown:#x}`")));
    }
    let has_field = u32_at(bytes, field::HEADER_LENGTH) as usize > field::COMPRESSION_TYPE;
    match bytes.get(field::COMPRESSION_TYPE) {
        Some(number) if has_field => {
            Compression::of_header(*number).ok_or_else(|| refused(&format!("its compression is `{number}`")))
        }
        _ => Ok(Compression::Zlib),
    }
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    bytes[offset..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    bytes[offset..].first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

fn refused(what: &str) -> anyhow::Error {
    Fault::input(format!("the qcow2 image cannot be read: {what}"))
        .hint("convert it first: `qemu-img convert -O raw IMAGE disk.raw`")
        .into()
}
