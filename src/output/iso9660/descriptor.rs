//! Volume descriptors (ECMA-119, chapter 8).

use super::encoding::{both_u16, both_u32, ucs2};
use super::{Place, SECTOR, directory};

const STANDARD_IDENTIFIER: &[u8; 5] = b"CD001";
const VERSION: u8 = 1;
const TYPE_PRIMARY: u8 = 1;
const TYPE_SUPPLEMENTARY: u8 = 2;
const TYPE_TERMINATOR: u8 = 255;
/// Says that names are UCS-2 level 3: what makes a supplementary descriptor a Joliet one.
const JOLIET_ESCAPE: &[u8; 3] = b"%/E";
const DATE: &[u8; 17] = b"1980010100000000\0";
const NO_DATE: &[u8; 17] = b"0000000000000000\0";

const SYSTEM_IDENTIFIER_BYTES: usize = 32;
const VOLUME_IDENTIFIER_BYTES: usize = 32;
const ESCAPE_BYTES: usize = 32;
/// Volume set, publisher, preparer and application (128 bytes each); three file names (37 bytes each).
const OTHER_IDENTIFIERS: [usize; 7] = [128, 128, 128, 128, 37, 37, 37];

/// Which of the two trees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// ISO 9660's own, with upper-case names.
    Primary,
    /// The one with the names as they are.
    Joliet,
}

/// What a primary or supplementary descriptor says.
pub struct Descriptor {
    /// Which tree it describes.
    pub tree: Tree,
    /// The volume's name.
    pub volume: String,
    /// Sectors in the whole volume.
    pub sectors: u32,
    /// Where the tree is.
    pub place: Place,
    /// Directory record of the root.
    pub root: Vec<u8>,
}

impl Descriptor {
    /// The descriptor's sector.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = start(match self.tree {
            Tree::Primary => TYPE_PRIMARY,
            Tree::Joliet => TYPE_SUPPLEMENTARY,
        });
        bytes.push(0); // no flags
        bytes.extend(self.text("", SYSTEM_IDENTIFIER_BYTES));
        bytes.extend(self.text(&self.volume, VOLUME_IDENTIFIER_BYTES));
        bytes.extend([0; 8]);
        bytes.extend(both_u32(self.sectors));
        bytes.extend(self.escape());
        bytes.extend(both_u16(1)); // volumes in the set
        bytes.extend(both_u16(1)); // number of this one
        bytes.extend(both_u16(SECTOR));
        bytes.extend(both_u32(directory::PATH_TABLE_BYTES));
        bytes.extend(self.place.little_endian_path_table.to_le_bytes());
        bytes.extend(0u32.to_le_bytes()); // no further copy
        bytes.extend(self.place.big_endian_path_table.to_be_bytes());
        bytes.extend(0u32.to_be_bytes());
        bytes.extend(&self.root);
        bytes.extend(OTHER_IDENTIFIERS.into_iter().flat_map(|length| self.text("", length)));
        for date in [DATE, DATE, NO_DATE, NO_DATE] {
            bytes.extend(date); // created, modified, expires, effective
        }
        bytes.push(1); // version of directory records and path tables
        super::padded(bytes)
    }

    /// `text` in a field of `length` bytes, filled up with spaces of the tree's character set.
    fn text(&self, text: &str, length: usize) -> Vec<u8> {
        let (mut bytes, space) = match self.tree {
            Tree::Primary => (text.as_bytes().to_vec(), vec![b' ']),
            Tree::Joliet => (ucs2(text), ucs2(" ")),
        };
        while bytes.len() + space.len() <= length {
            bytes.extend(&space);
        }
        bytes.resize(length, 0); // an odd byte that no UCS-2 character fills
        bytes
    }

    fn escape(&self) -> [u8; ESCAPE_BYTES] {
        let mut bytes = [0; ESCAPE_BYTES];
        if self.tree == Tree::Joliet {
            bytes[..JOLIET_ESCAPE.len()].copy_from_slice(JOLIET_ESCAPE);
        }
        bytes
    }
}

/// The sector that ends the sequence of descriptors.
pub fn terminator() -> Vec<u8> {
    super::padded(start(TYPE_TERMINATOR))
}

fn start(kind: u8) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend(STANDARD_IDENTIFIER);
    bytes.push(VERSION);
    bytes
}
