//! The sparse extent header, which is also the footer ("Hosted Sparse Extent Header").

use super::{
    DESCRIPTOR_SECTOR, DESCRIPTOR_SECTORS, GRAIN_SECTORS, OVERHEAD_SECTORS, SECTOR_BYTES, TABLE_ENTRIES,
};

const MAGIC: [u8; 4] = *b"KDMV";
/// The one that stream-optimized extents have.
const VERSION: u32 = 3;
/// The four characters below show whether the file went through a text conversion.
const FLAG_NEW_LINE_TEST: u32 = 1;
const FLAG_COMPRESSED: u32 = 1 << 16;
const FLAG_MARKERS: u32 = 1 << 17;
const NEW_LINE_TEST: [u8; 4] = *b"\n \r\n";
/// DEFLATE in a zlib stream (RFC 1950).
const DEFLATE: u16 = 1;

/// `gdOffset` of a header: the true one is in the footer.
pub const DIRECTORY_AT_END: u64 = u64::MAX;

/// A header for a disk of `capacity` sectors whose grain directory is at sector `directory`.
pub fn to_bytes(capacity: u64, directory: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SECTOR_BYTES);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((FLAG_NEW_LINE_TEST | FLAG_COMPRESSED | FLAG_MARKERS).to_le_bytes());
    bytes.extend(capacity.to_le_bytes());
    bytes.extend(GRAIN_SECTORS.to_le_bytes());
    bytes.extend(DESCRIPTOR_SECTOR.to_le_bytes());
    bytes.extend(DESCRIPTOR_SECTORS.to_le_bytes());
    bytes.extend(TABLE_ENTRIES.to_le_bytes());
    bytes.extend(0u64.to_le_bytes()); // no redundant grain directory
    bytes.extend(directory.to_le_bytes());
    bytes.extend(OVERHEAD_SECTORS.to_le_bytes());
    bytes.push(0); // shut down cleanly
    bytes.extend(NEW_LINE_TEST);
    bytes.extend(DEFLATE.to_le_bytes());
    bytes.resize(SECTOR_BYTES, 0);
    bytes
}
