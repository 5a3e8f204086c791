//! Getting at the bytes of a [`Content`], wherever they are.

use super::entry::Content;
use crate::Result;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// Files kept open at once; the common limit is 1024 for the whole process.
const OPEN_FILES: usize = 64;
/// Big enough to make system calls rare, small enough to stay in the processor's cache.
const BUFFER: usize = 256 << 10;

impl Content {
    /// All of the file at `path` on this machine.
    pub fn of_file(path: &Path) -> Result<Self> {
        let length = fs_err::metadata(path)?.len();
        Ok(Content::Range { file: path.to_owned(), offset: 0, length })
    }

    /// All bytes in memory; for small files only.
    pub fn to_vec(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Copier::new().copy(self, &mut bytes)?;
        Ok(bytes)
    }
}

/// Copies contents to writers, opening each source file once rather than once for each of its ranges.
pub struct Copier {
    files: BTreeMap<PathBuf, std::fs::File>,
    buffer: Vec<u8>,
}

impl Copier {
    /// Nothing is open yet.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { files: BTreeMap::new(), buffer: vec![0; BUFFER] }
    }

    /// Writes exactly [`Content::length`] bytes; fails if the source has become shorter.
    pub fn copy(&mut self, content: &Content, out: &mut impl Write) -> Result<()> {
        match content {
            Content::Bytes(bytes) => Ok(out.write_all(bytes)?),
            Content::Range { file, offset, length } => self.copy_range(file, *offset, *length, out),
        }
    }

    fn copy_range(&mut self, path: &Path, offset: u64, length: u64, out: &mut impl Write) -> Result<()> {
        self.open(path)?;
        let source = &self.files[path];
        let mut done = 0;
        while done < length {
            let wanted = usize::try_from(length - done).unwrap_or(BUFFER).min(BUFFER);
            source
                .read_exact_at(&mut self.buffer[..wanted], offset + done)
                .map_err(|error| became_shorter(path, offset, length, error))?;
            out.write_all(&self.buffer[..wanted])?;
            done += wanted as u64;
        }
        Ok(())
    }

    fn open(&mut self, path: &Path) -> Result<()> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        if self.files.len() >= OPEN_FILES {
            self.files.clear();
        }
        let (file, path) = fs_err::File::open(path)?.into_parts();
        self.files.insert(path, file);
        Ok(())
    }
}

fn became_shorter(path: &Path, offset: u64, length: u64, error: io::Error) -> anyhow::Error {
    anyhow::Error::from(error)
        .context(format!("reading {length} bytes at offset {offset} of `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_copied_exactly_also_beyond_the_buffer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let bytes: Vec<u8> = (0..BUFFER * 2 + 77).map(|i| u8::try_from(i % 251).unwrap()).collect();
        fs_err::write(&path, &bytes).unwrap();
        let range = Content::Range { file: path, offset: 3, length: (BUFFER * 2) as u64 };
        assert_eq!(range.to_vec().unwrap(), bytes[3..BUFFER * 2 + 3]);
    }

    #[test]
    fn a_source_that_became_shorter_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("short");
        fs_err::write(&path, "abc").unwrap();
        let error = Content::Range { file: path, offset: 1, length: 3 }.to_vec().unwrap_err();
        assert!(error.to_string().contains("short"), "{error}");
    }

    #[test]
    fn more_sources_than_may_be_open_are_fine() {
        let dir = tempfile::tempdir().unwrap();
        let mut copier = Copier::new();
        let mut out = Vec::new();
        for i in 0..=OPEN_FILES {
            let path = dir.path().join(i.to_string());
            fs_err::write(&path, "x").unwrap();
            copier.copy(&Content::of_file(&path).unwrap(), &mut out).unwrap();
        }
        assert_eq!(out.len(), OPEN_FILES + 1);
        assert!(copier.files.len() <= OPEN_FILES);
    }
}
