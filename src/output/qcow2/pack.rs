//! What becomes of the clusters of a chunk: taken over from an earlier image, or compressed.

use super::compression::Compression;
use super::earlier::Earlier;
use crate::Result;
use crate::output::pipeline::Chunk;

/// A cluster of the disk that is not all zeros.
pub struct Packed {
    /// Its number on the disk.
    pub number: u64,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The bytes of a cluster.
pub enum Bytes {
    /// As they are, for compression gains nothing.
    Plain(Vec<u8>),
    /// Compressed.
    Compressed(Vec<u8>),
}

/// All clusters of `chunk` that are not zero.
pub fn pack(chunk: &Chunk, compression: Compression, earlier: Option<&Earlier>) -> Result<Vec<Packed>> {
    match earlier.and_then(|earlier| earlier.packed(chunk)) {
        Some(packed) => Ok(packed),
        None => compress(chunk, compression),
    }
}

fn compress(chunk: &Chunk, compression: Compression) -> Result<Vec<Packed>> {
    let data: Vec<_> = chunk.data().collect();
    let compressed = compression.compress_each(data.iter().map(|(_, bytes)| *bytes))?;
    let pack = |((number, plain), compressed): ((u64, &[u8]), Option<Vec<u8>>)| Packed {
        number,
        bytes: compressed.map_or_else(|| Bytes::Plain(plain.to_vec()), Bytes::Compressed),
    };
    Ok(data.into_iter().zip(compressed).map(pack).collect())
}
