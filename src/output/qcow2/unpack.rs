//! The disk in an image as a sparse raw file.

use super::reader::Reader;
use crate::Result;
use crate::output::extents::is_zero;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt as _;

/// Read at once, and left as a hole if it is all zeros.
const PIECE_BYTES: usize = super::CLUSTER_BYTES;

/// Writes the disk in `image` to `raw`, which must be empty.
pub fn unpack(image: impl Read + Seek, raw: &File) -> Result<()> {
    let mut reader = Reader::open(image)?;
    let size = reader.size();
    raw.set_len(size)?;
    let mut buffer = vec![0; PIECE_BYTES];
    let mut position = 0;
    while position < size {
        let length = usize::try_from((size - position).min(buffer.len() as u64))?;
        let piece = &mut buffer[..length];
        reader.read_at(position, piece)?;
        if !is_zero(piece) {
            raw.write_all_at(piece, position)?;
        }
        position += length as u64;
    }
    Ok(())
}
