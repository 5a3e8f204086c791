//! Keeps recently read parts of an image in memory.
//!
//! A file system is read in pieces of a few hundred bytes that lie close together; in a compressed image
//! each of them would cost the decompression of a whole cluster.

use super::source::{ReadAt, Source};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

/// Bytes per chunk; the usual cluster size of a qcow2 image.
const CHUNK: u64 = 64 << 10;
/// Chunks kept: 16 MiB.
const CHUNKS: usize = 256;

/// A source whose small reads are served from memory where possible; large ones pass through.
pub struct Cached {
    inner: Source,
    chunks: RefCell<Chunks>,
}

#[derive(Default)]
struct Chunks {
    clock: u64,
    held: BTreeMap<u64, Chunk>,
}

struct Chunk {
    used: u64,
    bytes: Rc<[u8]>,
}

impl Cached {
    /// Caches what is read from `inner`.
    pub fn new(inner: Source) -> Self {
        Self { inner, chunks: RefCell::default() }
    }

    fn chunk(&self, index: u64) -> io::Result<Rc<[u8]>> {
        if let Some(bytes) = self.chunks.borrow_mut().get(index) {
            return Ok(bytes);
        }
        let start = index * CHUNK;
        let length = CHUNK.min(self.inner.length().saturating_sub(start));
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.inner.read_at(start, &mut bytes)?;
        let bytes: Rc<[u8]> = bytes.into();
        self.chunks.borrow_mut().put(index, bytes.clone());
        Ok(bytes)
    }
}

impl Chunks {
    fn get(&mut self, index: u64) -> Option<Rc<[u8]>> {
        self.clock += 1;
        let chunk = self.held.get_mut(&index)?;
        chunk.used = self.clock;
        Some(chunk.bytes.clone())
    }

    fn put(&mut self, index: u64, bytes: Rc<[u8]>) {
        if self.held.len() >= CHUNKS {
            let oldest = self.held.iter().min_by_key(|(_, chunk)| chunk.used).map(|(index, _)| *index);
            oldest.and_then(|oldest| self.held.remove(&oldest));
        }
        self.held.insert(index, Chunk { used: self.clock, bytes });
    }
}

impl ReadAt for Cached {
    fn read_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        if buffer.len() as u64 >= CHUNK {
            return self.inner.read_at(offset, buffer);
        }
        while !buffer.is_empty() {
            let chunk = self.chunk(offset / CHUNK)?;
            let within = usize::try_from(offset % CHUNK).map_err(io::Error::other)?;
            let rest = chunk.get(within..).filter(|rest| !rest.is_empty());
            let rest = rest.ok_or(io::ErrorKind::UnexpectedEof)?;
            let length = rest.len().min(buffer.len());
            let (now, later) = buffer.split_at_mut(length);
            now.copy_from_slice(&rest[..length]);
            (buffer, offset) = (later, offset + length as u64);
        }
        Ok(())
    }

    fn length(&self) -> u64 {
        self.inner.length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    struct Counting(Vec<u8>, Cell<usize>);

    impl ReadAt for Counting {
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
            self.1.set(self.1.get() + 1);
            self.0.read_at(offset, buffer)
        }

        fn length(&self) -> u64 {
            self.0.length()
        }
    }

    fn counting(chunks: usize) -> Rc<Counting> {
        let bytes = (0..chunks * 65536 + 10).map(|i| i.to_le_bytes()[0] ^ i.to_le_bytes()[1]).collect();
        Rc::new(Counting(bytes, Cell::new(0)))
    }

    #[test]
    fn neighbouring_reads_cost_one_read() {
        let inner = counting(3);
        let cached = Cached::new(inner.clone());
        let mut bytes = [0; 100];
        for offset in (65_530..65_930).step_by(100) {
            cached.read_at(offset, &mut bytes).unwrap();
            let start = usize::try_from(offset).unwrap();
            assert_eq!(bytes, inner.0[start..start + 100]);
        }
        assert_eq!(inner.1.get(), 2);
    }

    #[test]
    fn it_forgets_the_chunk_that_was_longest_unused() {
        let inner = counting(CHUNKS + 1);
        let cached = Cached::new(inner.clone());
        let mut byte = [0];
        for chunk in 0..=CHUNKS as u64 {
            cached.read_at(chunk * CHUNK, &mut byte).unwrap();
            cached.read_at(0, &mut byte).unwrap();
        }
        assert_eq!(inner.1.get(), CHUNKS + 1);
        cached.read_at(CHUNK, &mut byte).unwrap();
        assert_eq!(inner.1.get(), CHUNKS + 2);
    }

    #[test]
    fn the_end_is_the_end() {
        let cached = Cached::new(counting(1));
        let mut bytes = [0; 10];
        assert!(cached.read_at(65_536, &mut bytes).is_ok());
        assert!(cached.read_at(65_537, &mut bytes).is_err());
        assert!(cached.read_at(1 << 40, &mut bytes).is_err());
    }
}
