//! Decompressing what others made: the format is told by its first bytes, never by a file name.

use crate::Result;
use std::io::{BufRead, BufReader, Read};

/// Memory that an xz stream may ask for; `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;
/// Logarithm of the largest zstd window; 2^27 is also what `zstd -d` takes by default.
const ZSTD_WINDOW: u32 = 27;
const BUFFER: usize = 256 << 10;

/// How something is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// RFC 1952.
    Gzip,
    /// The .xz file format.
    Xz,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// What `start`, the first bytes of a file, tell.
    pub fn of(start: &[u8]) -> Self {
        const MAGIC: [(&[u8], Compression); 3] = [
            (b"\x1f\x8b", Compression::Gzip),
            (b"\xfd7zXZ\0", Compression::Xz),
            (b"\x28\xb5\x2f\xfd", Compression::Zstd),
        ];
        MAGIC.iter().find(|(magic, _)| start.starts_with(magic)).map_or(Self::None, |(_, found)| *found)
    }
}

/// The decompressed content of `reader`, also if it consists of several streams.
pub fn decoder<'a>(reader: impl Read + Send + 'a) -> Result<Box<dyn Read + Send + 'a>> {
    let mut reader = BufReader::with_capacity(BUFFER, reader);
    Ok(match Compression::of(reader.fill_buf()?) {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
        Compression::Xz => {
            let stream =
                liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(reader, stream))
        }
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
            decoder.window_log_max(ZSTD_WINDOW)?;
            Box::new(decoder)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn every_format_is_recognised_and_read() {
        let text = b"some text, some text, some text".as_slice();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(text).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
        xz.write_all(text).unwrap();
        let zstd = zstd::encode_all(text, 3).unwrap();
        for bytes in [text.to_vec(), gzip.finish().unwrap(), xz.finish().unwrap(), zstd] {
            let mut read = Vec::new();
            let twice = if bytes == text { bytes.clone() } else { [bytes.clone(), bytes].concat() };
            decoder(twice.as_slice()).unwrap().read_to_end(&mut read).unwrap();
            assert!(read == text || read == [text, text].concat());
        }
    }
}
