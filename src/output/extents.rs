//! Where a sparse file has data: so that holes are neither read nor stored.

use crate::digest::{HashingWriter, Sha256};
use rustix::fs::SeekFrom;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

const BUFFER_BYTES: usize = 1 << 20;
const BUFFER_LENGTH: u64 = BUFFER_BYTES as u64;

/// The data ranges of a file in ascending order; what lies between them reads as zeros. A file system that
/// knows no holes reports one range. Moves the position of the file.
pub struct Extents<'a> {
    file: &'a File,
    length: u64,
    position: u64,
}

impl<'a> Extents<'a> {
    /// The data ranges of `file`.
    pub fn of(file: &'a File) -> io::Result<Self> {
        Ok(Self { file, length: file.metadata()?.len(), position: 0 })
    }

    fn find(&mut self) -> io::Result<Option<Range<u64>>> {
        if self.position >= self.length {
            return Ok(None);
        }
        let start = match rustix::fs::seek(self.file, SeekFrom::Data(self.position)) {
            Err(Errno::NXIO) => return Ok(None),
            start => start?,
        };
        let end = rustix::fs::seek(self.file, SeekFrom::Hole(start))?.min(self.length);
        self.position = end;
        Ok((start < end).then_some(start..end))
    }
}

impl Iterator for Extents<'_> {
    type Item = io::Result<Range<u64>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.find().transpose()
    }
}

/// Whether all of `bytes` are zero.
pub fn is_zero(bytes: &[u8]) -> bool {
    // Whole words first: the compiler makes vector instructions of this, not of a byte-wise search.
    let (words, rest) = bytes.as_chunks::<16>();
    words.iter().all(|word| u128::from_ne_bytes(*word) == 0) && rest.iter().all(|byte| *byte == 0)
}

/// The digest of the whole of `file`, as [`Sha256::of_file`] gives it, without reading its holes.
pub fn sha256(file: &File) -> io::Result<Sha256> {
    let mut hasher = HashingWriter::new(io::sink());
    let mut position = 0;
    for extent in Extents::of(file)? {
        let extent = extent?;
        write_zeros(&mut hasher, extent.start - position)?;
        copy(file, &extent, &mut hasher)?;
        position = extent.end;
    }
    write_zeros(&mut hasher, file.metadata()?.len() - position)?;
    Ok(hasher.finish().1)
}

fn copy(file: &File, range: &Range<u64>, to: &mut impl io::Write) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut position = range.start;
    while position < range.end {
        let buffer = &mut buffer[..piece(range.end - position)];
        file.read_exact_at(buffer, position)?;
        to.write_all(buffer)?;
        position += buffer.len() as u64;
    }
    Ok(())
}

fn write_zeros(to: &mut impl io::Write, mut count: u64) -> io::Result<()> {
    let zeros = vec![0; BUFFER_BYTES];
    while count > 0 {
        let zeros = &zeros[..piece(count)];
        to.write_all(zeros)?;
        count -= zeros.len() as u64;
    }
    Ok(())
}

/// How much of `left` bytes one buffer takes.
#[allow(clippy::cast_possible_truncation)] // no more than a buffer
fn piece(left: u64) -> usize {
    left.min(BUFFER_LENGTH) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sparse(pieces: &[(u64, Vec<u8>)], length: u64) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (offset, bytes) in pieces {
            file.as_file().write_all_at(bytes, *offset).unwrap();
        }
        file.as_file().set_len(length).unwrap();
        file
    }

    #[test]
    fn an_empty_file_and_a_hole_have_no_data() {
        for length in [0, 1 << 30] {
            let file = sparse(&[], length);
            assert_eq!(Extents::of(file.as_file()).unwrap().count(), 0);
        }
    }

    #[test]
    fn data_is_found_and_most_of_the_hole_is_not() {
        let file = sparse(&[(64 << 20, vec![1; 1 << 20])], 1 << 30);
        let found: Vec<_> = Extents::of(file.as_file()).unwrap().map(Result::unwrap).collect();
        let covered: u64 = found.iter().map(|range| range.end - range.start).sum();
        assert!(found.iter().any(|range| range.contains(&(64 << 20))));
        assert!(covered <= 2 << 20, "{found:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_digest_is_that_of_the_plain_file(
            pieces in proptest::collection::vec((0u64..5_000_000, proptest::collection::vec(0u8..2, 0..9000)), 0..5),
            length in 0u64..6_000_000,
        ) {
            let file = sparse(&pieces, length);
            prop_assert_eq!(sha256(file.as_file()).unwrap(), Sha256::of_file(file.path()).unwrap());
        }

        #[test]
        fn zero_is_told_from_nonzero(length in 0usize..100, at in 0usize..100) {
            let mut bytes = vec![0; length];
            prop_assert!(is_zero(&bytes));
            if at < length {
                bytes[at] = 1;
                prop_assert!(!is_zero(&bytes));
            }
        }
    }
}
