//! The header ("Header" and "Header extensions").

use super::compression::Compression;
use super::{CLUSTER_BITS, CLUSTER_BYTES};

/// `QFI` and 0xfb.
pub const MAGIC: [u8; 4] = [b'Q', b'F', b'I', 0xfb];
/// The version that has feature bits and `compression_type`.
pub const VERSION: u32 = 3;
/// Bytes of a version 2 header.
pub const LENGTH_V2: usize = 72;
/// Bytes of a version 3 header without `compression_type`.
pub const LENGTH_V3: usize = 104;
/// Bytes of the header that is written: with `compression_type`, padded to a multiple of 8.
pub const LENGTH: u32 = 112;

/// Incompatible bit 0: refcounts may be wrong, which does not matter to a reader.
pub const INCOMPATIBLE_DIRTY: u64 = 1 << 0;
/// Incompatible bit 3: `compression_type` is not zlib.
pub const INCOMPATIBLE_COMPRESSION: u64 = 1 << 3;

/// log2 of the bits in a refcount.
pub const REFCOUNT_ORDER: u32 = 4;

/// The fields of a header that an image of ours can have; all others are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the disk.
    pub size: u64,
    /// How clusters are compressed.
    pub compression: Compression,
    /// Entries of the L1 table.
    pub l1_entries: u32,
    /// Where the L1 table is.
    pub l1_offset: u64,
    /// Where the refcount table is.
    pub refcount_table_offset: u64,
    /// Clusters of the refcount table.
    pub refcount_table_clusters: u32,
}

impl Header {
    /// The first cluster of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let incompatible = match self.compression {
            Compression::Zlib => 0,
            Compression::Zstd => INCOMPATIBLE_COMPRESSION,
        };
        let mut bytes = Vec::with_capacity(CLUSTER_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_be_bytes());
        bytes.extend([0; 12]); // no backing file: offset and length
        bytes.extend(CLUSTER_BITS.to_be_bytes());
        bytes.extend(self.size.to_be_bytes());
        bytes.extend([0; 4]); // not encrypted
        bytes.extend(self.l1_entries.to_be_bytes());
        bytes.extend(self.l1_offset.to_be_bytes());
        bytes.extend(self.refcount_table_offset.to_be_bytes());
        bytes.extend(self.refcount_table_clusters.to_be_bytes());
        bytes.extend([0; 12]); // no snapshots: number and offset
        bytes.extend(incompatible.to_be_bytes());
        bytes.extend([0; 16]); // compatible and autoclear features
        bytes.extend(REFCOUNT_ORDER.to_be_bytes());
        bytes.extend(LENGTH.to_be_bytes());
        bytes.push(self.compression.header_value());
        bytes.resize(CLUSTER_BYTES, 0); // and an end-of-extensions marker, which is zero
        bytes
    }
}
