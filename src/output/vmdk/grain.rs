//! Compressing grains: a zlib stream each (RFC 1950), all of them, even where that gains nothing.

use super::{GRAIN_SECTORS, SECTOR_BYTES, marker};
use crate::Result;
use crate::output::pipeline::Chunk;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;

/// As for zlib clusters of qcow2: level 6 takes half as long again for 2 % less space.
const LEVEL: u32 = 4;

/// A compressed grain of the disk.
pub struct Grain {
    /// Its number on the disk.
    pub number: u64,
    /// Marker and data, padded to whole sectors.
    pub bytes: Vec<u8>,
}

/// All grains of `chunk` that are not zero.
pub fn pack(chunk: &Chunk) -> Result<Vec<Grain>> {
    chunk.data().map(|(number, plain)| Ok(Grain { number, bytes: compress(number, plain)? })).collect()
}

fn compress(number: u64, plain: &[u8]) -> Result<Vec<u8>> {
    let head = marker::grain(number * GRAIN_SECTORS, 0);
    let length_at = head.len() - size_of::<u32>();
    let data_at = head.len();
    let mut encoder = ZlibEncoder::new(head, Compression::new(LEVEL));
    encoder.write_all(plain)?;
    let mut bytes = encoder.finish()?;
    let length = u32::try_from(bytes.len() - data_at)?;
    bytes[length_at..data_at].copy_from_slice(&length.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
    Ok(bytes)
}
