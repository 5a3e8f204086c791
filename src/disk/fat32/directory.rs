//! Directory records.

use super::short_name::ShortName;
use crate::Result;
use anyhow::Context as _;

/// Bytes in a record.
pub const RECORD_BYTES: usize = 32;

const ATTRIBUTE_VOLUME_ID: u8 = 0x08;
const ATTRIBUTE_DIRECTORY: u8 = 0x10;
const ATTRIBUTE_ARCHIVE: u8 = 0x20;
/// 1980-01-01, the first day that FAT knows: years since 1980, month and day in 7, 4 and 5 bits.
const DATE: u16 = (1 << 5) | 1;
const MIDNIGHT: u16 = 0;
const DOT: ShortName = ShortName { padded: *b".          ", case: 0 };
const DOT_DOT: ShortName = ShortName { padded: *b"..         ", case: 0 };

/// One member of a folder.
pub struct Record {
    name: ShortName,
    attribute: u8,
    cluster: u32,
    length: u32,
}

impl Record {
    /// The volume's label, in the root folder.
    pub fn label(label: [u8; 11]) -> Self {
        let name = ShortName { padded: label, case: 0 };
        Self { name, attribute: ATTRIBUTE_VOLUME_ID, cluster: 0, length: 0 }
    }

    /// A folder by its first cluster.
    pub fn directory(name: ShortName, cluster: u32) -> Self {
        Self { name, attribute: ATTRIBUTE_DIRECTORY, cluster, length: 0 }
    }

    /// The folder that the record is in.
    pub fn dot(cluster: u32) -> Self {
        Self::directory(DOT, cluster)
    }

    /// The folder above.
    pub fn dot_dot(cluster: u32) -> Self {
        Self::directory(DOT_DOT, cluster)
    }

    /// A file by its first cluster; fails if it has 4 GiB or more.
    pub fn file(name: ShortName, cluster: u32, length: usize) -> Result<Self> {
        let length = length.try_into().context("FAT32 has no files of 4 GiB or more")?;
        Ok(Self { name, attribute: ATTRIBUTE_ARCHIVE, cluster, length })
    }

    /// The record.
    pub fn to_bytes(&self) -> Vec<u8> {
        let [c0, c1, c2, c3] = self.cluster.to_le_bytes();
        let mut bytes = Vec::with_capacity(RECORD_BYTES);
        bytes.extend(self.name.padded);
        bytes.extend([self.attribute, self.name.case, 0]); // no tenths of a second
        for stamp in [MIDNIGHT, DATE, DATE] {
            bytes.extend(stamp.to_le_bytes()); // created: time, date; read: date
        }
        bytes.extend([c2, c3]);
        for stamp in [MIDNIGHT, DATE] {
            bytes.extend(stamp.to_le_bytes()); // written
        }
        bytes.extend([c0, c1]);
        bytes.extend(self.length.to_le_bytes());
        bytes
    }
}
