//! Directory entries, with the long names that some of them have.

use super::geometry::ENTRY;
use super::{Fat, damaged};
use crate::Result;
use crate::digest::{HashingWriter, Sha256};
use crate::inspect::fields::Fields;
use std::io::{self, Write as _};

const FREE: u8 = 0xe5;
const VOLUME_LABEL: u8 = 0x08;
const FOLDER: u8 = 0x10;
const LONG_NAME: u8 = 0x0f;
/// Where the 13 characters of a part of a long name are.
const LONG_NAME_PARTS: [(usize, usize); 3] = [(1, 10), (14, 12), (28, 4)];

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FatFile {
    /// Attribute bits: read-only, hidden, system, folder, archive.
    pub attributes: u8,
    /// Last change, `YYYY-MM-DD HH:MM:SS` in whatever zone the writer had.
    pub modified: String,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Digest of the bytes; `None` for a folder.
    pub sha256: Option<Sha256>,
}

/// What a directory says about a name in it.
pub struct Entry {
    pub name: String,
    pub cluster: u32,
    attributes: u8,
    time: u16,
    date: u16,
    size: u32,
}

impl Entry {
    /// Whether there is a directory behind it.
    pub fn is_folder(&self) -> bool {
        self.attributes & FOLDER != 0
    }

    fn modified(&self) -> String {
        let (date, time) = (self.date, self.time);
        let day = format!("{}-{:02}-{:02}", 1980 + (date >> 9), (date >> 5) & 15, date & 31);
        format!("{day} {:02}:{:02}:{:02}", time >> 11, (time >> 5) & 63, (time & 31) * 2)
    }
}

impl Fat {
    /// Everything about the file of `entry`; its bytes are read once.
    pub(super) fn file(&self, entry: &Entry) -> Result<FatFile> {
        let (attributes, modified) = (entry.attributes, entry.modified());
        if entry.is_folder() {
            return Ok(FatFile { attributes, modified, size: 0, sha256: None });
        }
        let (mut hashing, size) = (HashingWriter::new(io::sink()), u64::from(entry.size));
        self.each_piece(entry.cluster, size, |piece| hashing.write_all(piece))?;
        let (_, sha256, read) = hashing.finish();
        if read != size {
            return Err(damaged(format!("a file of {size} bytes has clusters for {read}")));
        }
        Ok(FatFile { attributes, modified, size, sha256: Some(sha256) })
    }
}

/// The entries of the directory with these bytes, without `.`, `..` and the volume label.
pub fn entries(directory: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut long = LongName::default();
    for record in directory.chunks_exact(usize::try_from(ENTRY).unwrap_or(32)) {
        let fields = Fields(record);
        match (fields.u8(0), fields.u8(11)) {
            (0, _) => break,
            (FREE, _) => long = LongName::default(),
            (_, LONG_NAME) => long.add(fields),
            (first, attributes) => {
                let name = std::mem::take(&mut long).finish(record).unwrap_or_else(|| short_name(fields));
                if first != b'.' && attributes & VOLUME_LABEL == 0 {
                    entries.push(entry(fields, name));
                }
            }
        }
    }
    entries
}

fn entry(fields: Fields<'_>, name: String) -> Entry {
    Entry {
        name,
        cluster: u32::from(fields.u16(20)) << 16 | u32::from(fields.u16(26)),
        attributes: fields.u8(11),
        time: fields.u16(22),
        date: fields.u16(24),
        size: fields.u32(28),
    }
}

/// `GRUB    CFG` as `GRUB.CFG`, with the lower case that byte 12 asks for.
fn short_name(fields: Fields<'_>) -> String {
    let part = |start, length, lower: u8| {
        let text = String::from_utf8_lossy(fields.bytes(start, length)).trim_end().to_owned();
        if fields.u8(12) & lower == 0 { text } else { text.to_lowercase() }
    };
    let (name, extension) = (part(0, 8, 0x08), part(8, 3, 0x10));
    if extension.is_empty() { name } else { format!("{name}.{extension}") }
}

/// The parts of a long name, which come before the entry that they belong to, last part first.
#[derive(Default)]
struct LongName {
    units: Vec<u16>,
    checksum: u8,
}

impl LongName {
    fn add(&mut self, fields: Fields<'_>) {
        let parts = LONG_NAME_PARTS.iter().flat_map(|(start, length)| fields.bytes(*start, *length));
        let bytes: Vec<u8> = parts.copied().collect();
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        self.units.splice(0..0, units.take_while(|unit| *unit != 0));
        self.checksum = fields.u8(13);
    }

    /// The name, if it belongs to the short entry `record`.
    fn finish(self, record: &[u8]) -> Option<String> {
        let sum = record[..11].iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
        let belongs = !self.units.is_empty() && sum == self.checksum;
        belongs.then(|| String::from_utf16_lossy(&self.units).replace('/', "\u{fffd}"))
    }
}
