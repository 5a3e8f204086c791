//! Compares the bytes of two files.

use super::bytes::mismatch;
use super::difference::{Change, Content};
use crate::Result;
use crate::digest::Sha256;
use crate::inspect::ext4::{FileReader, FileSystem, Inode};
use std::io::{self, Read};

/// Bytes per piece and side.
const PIECE: usize = 256 << 10;

/// How the content of two regular files differs, if it does.
pub fn compare(expected: (&FileSystem, &Inode), actual: (&FileSystem, &Inode)) -> Result<Option<Change>> {
    let (mut left, mut right) = (expected.0.reader(expected.1)?, actual.0.reader(actual.1)?);
    let Some(offset) = first_difference(&mut left, &mut right)? else { return Ok(None) };
    let (expected, actual) = (content(expected.0, expected.1)?, content(actual.0, actual.1)?);
    Ok(Some(Change::Content { offset, expected, actual }))
}

fn content(files: &FileSystem, inode: &Inode) -> Result<Content> {
    Ok(Content { size: inode.size, sha256: Sha256::of_reader(&mut files.reader(inode)?)? })
}

/// Where both have a hole there is nothing to compare.
fn first_difference(left: &mut FileReader<'_>, right: &mut FileReader<'_>) -> Result<Option<u64>> {
    let mut pieces = [vec![0; PIECE], vec![0; PIECE]];
    loop {
        let next = left.next_data().min(right.next_data());
        left.skip_to(next);
        right.skip_to(next);
        let offset = left.position();
        let lengths = [fill(left, &mut pieces[0])?, fill(right, &mut pieces[1])?];
        let common = lengths[0].min(lengths[1]);
        if let Some(place) = mismatch(&pieces[0][..common], &pieces[1][..common]) {
            return Ok(Some(offset + place as u64));
        }
        match lengths {
            [left, right] if left != right => return Ok(Some(offset + common as u64)),
            [0, _] => return Ok(None),
            _ => {}
        }
    }
}

/// Reads until `buffer` is full or the file ends; says how much that was.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            length => filled += length,
        }
    }
    Ok(filled)
}
