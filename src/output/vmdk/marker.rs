//! Markers: the sector before everything that is no grain, and the head of a grain ("Markers").

use super::SECTOR_BYTES;

/// What follows a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: the file ends here.
    EndOfStream = 0,
    /// A grain table.
    GrainTable = 1,
    /// The grain directory.
    GrainDirectory = 2,
    /// The header again, now with the place of the grain directory.
    Footer = 3,
}

/// The sector before `sectors` of metadata of that kind.
pub fn metadata(kind: Kind, sectors: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SECTOR_BYTES);
    bytes.extend(sectors.to_le_bytes());
    bytes.extend(0u32.to_le_bytes()); // a size of zero tells metadata from grains
    bytes.extend((kind as u32).to_le_bytes());
    bytes.resize(SECTOR_BYTES, 0);
    bytes
}

/// What is before the `length` compressed bytes of the grain that begins at `sector` of the disk.
pub fn grain(sector: u64, length: u32) -> Vec<u8> {
    [&sector.to_le_bytes()[..], &length.to_le_bytes()[..]].concat()
}
