//! Directory records and path tables (ECMA-119, 9.1 and 9.4) of a tree that has a root and nothing below.

use super::encoding::{both_u16, both_u32};
use super::{SECTOR, SECTOR_BYTES};

/// 1980-01-01 00:00:00 UTC: years since 1900, month, day, hour, minute, second, quarter hours from UTC.
const DATE: [u8; 7] = [80, 1, 1, 0, 0, 0, 0];
const FLAG_DIRECTORY: u8 = 0x02;
const VOLUME_SEQUENCE: u16 = 1;
/// Bytes of a record before its identifier.
const FIXED_BYTES: usize = 33;
/// The identifiers by which a directory names itself and its parent.
const SELF: [u8; 1] = [0];
const PARENT: [u8; 1] = [1];

/// Where the bytes of a file are.
#[derive(Clone, Copy, Default)]
pub struct Member {
    /// First sector.
    pub sector: u32,
    /// Bytes.
    pub length: u32,
}

/// The root directory of a tree; records are kept in the order that the standard wants.
pub struct Directory {
    /// Identifier, and the index by which [`Directory::place`] knows it.
    order: Vec<(Vec<u8>, usize)>,
    members: Vec<Member>,
}

impl Directory {
    /// A directory of files with these identifiers.
    pub fn new(identifiers: Vec<Vec<u8>>) -> Self {
        let members = vec![Member::default(); identifiers.len()];
        let mut order: Vec<_> = identifiers.into_iter().zip(0..).collect();
        order.sort();
        Self { order, members }
    }

    /// Says where the file with the identifier number `index` is.
    pub fn place(&mut self, index: usize, member: Member) {
        self.members[index] = member;
    }

    /// How many sectors it takes.
    pub fn sectors(&self) -> u32 {
        self.length() / u32::from(SECTOR)
    }

    /// The record by which a volume descriptor refers to this directory, which begins at `sector`.
    pub fn own_record(&self, sector: u32) -> Vec<u8> {
        record(&SELF, Member { sector, length: self.length() }, FLAG_DIRECTORY)
    }

    /// The records, padded to whole sectors, if it begins at `sector`.
    pub fn to_bytes(&self, sector: u32) -> Vec<u8> {
        let own = Member { sector, length: self.length() };
        self.records(own)
    }

    #[allow(clippy::cast_possible_truncation)] // records of at most 255 bytes, far fewer than 2^24
    fn length(&self) -> u32 {
        self.records(Member::default()).len() as u32
    }

    fn records(&self, own: Member) -> Vec<u8> {
        let mut bytes = record(&SELF, own, FLAG_DIRECTORY);
        bytes.extend(record(&PARENT, own, FLAG_DIRECTORY));
        for (identifier, index) in &self.order {
            let record = record(identifier, self.members[*index], 0);
            let left = bytes.len().next_multiple_of(SECTOR_BYTES) - bytes.len();
            if record.len() > left {
                bytes.resize(bytes.len() + left, 0); // no record may cross a sector's end
            }
            bytes.extend(record);
        }
        bytes.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
        bytes
    }
}

#[allow(clippy::cast_possible_truncation)] // identifiers have at most 60 bytes
fn record(identifier: &[u8], member: Member, flags: u8) -> Vec<u8> {
    let length = (FIXED_BYTES + identifier.len()).next_multiple_of(2);
    let mut bytes = vec![length as u8, 0];
    bytes.extend(both_u32(member.sector));
    bytes.extend(both_u32(member.length));
    bytes.extend(DATE);
    bytes.extend([flags, 0, 0]); // not interleaved
    bytes.extend(both_u16(VOLUME_SEQUENCE));
    bytes.push(identifier.len() as u8);
    bytes.extend(identifier);
    bytes.resize(length, 0);
    bytes
}

/// A path table with the root alone; its numbers come in the byte order of that table.
pub fn path_table(root: [u8; 4], parent: [u8; 2]) -> Vec<u8> {
    let mut bytes = vec![1, 0]; // length of the identifier; no extended attributes
    bytes.extend(root);
    bytes.extend(parent);
    bytes.extend(SELF);
    bytes.push(0); // to an even length
    bytes
}

/// Bytes in [`path_table`].
pub const PATH_TABLE_BYTES: u32 = 10;
