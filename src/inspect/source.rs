//! Random access to the bytes of a disk image, whatever file format holds them.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::rc::Rc;

/// Bytes that can be read at any place without moving a cursor.
pub trait ReadAt {
    /// Fills `buffer` from `offset` on; [`io::ErrorKind::UnexpectedEof`] if that reaches past the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// Number of bytes there are.
    fn length(&self) -> u64;
}

/// Shared by everything that reads from one image.
pub type Source = Rc<dyn ReadAt>;

/// A raw image: the file is the disk.
pub struct RawFile {
    file: std::fs::File,
    length: u64,
}

impl RawFile {
    /// Opens the file at `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = fs_err::File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file: file.into_file(), length })
    }
}

impl ReadAt for RawFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }

    fn length(&self) -> u64 {
        self.length
    }
}

/// A reader with a cursor, such as that of a compressed image format.
pub struct Seeking<R> {
    reader: RefCell<R>,
    length: u64,
}

impl<R: Read + Seek> Seeking<R> {
    /// Wraps `reader`, whose end is found by seeking.
    pub fn new(mut reader: R) -> io::Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader: RefCell::new(reader), length })
    }
}

impl<R: Read + Seek> ReadAt for Seeking<R> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut reader = self.reader.borrow_mut();
        reader.seek(SeekFrom::Start(offset))?;
        reader.read_exact(buffer)
    }

    fn length(&self) -> u64 {
        self.length
    }
}

/// A range of another source, such as a partition of a disk.
pub struct Window {
    inner: Source,
    start: u64,
    length: u64,
}

impl Window {
    /// `length` bytes of `inner` from `start` on; what lies past the end of `inner` is left out.
    pub fn new(inner: Source, start: u64, length: u64) -> Self {
        let length = length.min(inner.length().saturating_sub(start));
        Self { inner, start, length }
    }
}

impl ReadAt for Window {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.inner.read_at(self.start + offset, buffer)
    }

    fn length(&self) -> u64 {
        self.length
    }
}

/// In memory, for tests and small tables.
impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).ok();
        let range = start.and_then(|start| Some(start..start.checked_add(buffer.len())?));
        let bytes = range.and_then(|range| self.get(range)).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn length(&self) -> u64 {
        self.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: u64, length: u64) -> Window {
        Window::new(Rc::new((0..100).collect::<Vec<u8>>()), start, length)
    }

    #[test]
    fn a_window_reads_its_own_range_only() {
        let mut bytes = [0; 4];
        window(10, 20).read_at(3, &mut bytes).unwrap();
        assert_eq!(bytes, [13, 14, 15, 16]);
        assert!(window(10, 20).read_at(17, &mut bytes).is_err());
        assert!(window(10, 20).read_at(u64::MAX, &mut bytes).is_err());
    }

    #[test]
    fn a_window_ends_where_the_disk_ends() {
        assert_eq!(window(90, 20).length(), 10);
        assert_eq!(window(200, 20).length(), 0);
    }

    #[test]
    fn a_seeking_reader_reads_at_any_place() {
        let source = Seeking::new(io::Cursor::new((0..100).collect::<Vec<u8>>())).unwrap();
        let mut bytes = [0; 2];
        source.read_at(98, &mut bytes).unwrap();
        assert_eq!((bytes, source.length()), ([98, 99], 100));
        assert!(source.read_at(99, &mut bytes).is_err());
    }
}
