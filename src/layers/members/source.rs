//! Where tar streams come from: files, which can be skipped through, and decompressors, which cannot.

use std::fs::File;
use std::io::{self, BufReader, Read};

/// Reading that can also pass over bytes.
pub trait Skip: Read {
    /// Passes over `bytes`; may go beyond the end, which the next read then notices.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

/// A file; passing over small members stays inside of the buffer, over large ones it seeks.
pub struct Seekable(BufReader<File>);

impl Seekable {
    /// Members of a base system are mostly small, so one buffer holds many headers.
    const BUFFER: usize = 128 << 10;

    /// Reads `file` from where it stands.
    pub fn new(file: File) -> Self {
        Self(BufReader::with_capacity(Self::BUFFER, file))
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Skip for Seekable {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let offset = i64::try_from(bytes).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.0.seek_relative(offset)
    }
}

/// Anything else; passed over by reading.
pub struct Stream<R>(pub R);

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Skip for Stream<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        match io::copy(&mut (&mut self.0).take(bytes), &mut io::sink())? {
            n if n == bytes => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
