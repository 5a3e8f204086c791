//! Extended attributes, from behind the inode and from a block of their own.

use super::{FileSystem, Inode, damaged, unsupported};
use crate::Result;
use crate::inspect::fields::Fields;
use std::collections::BTreeMap;

const MAGIC: u32 = 0xea02_0000;
const ENTRY: usize = 16;
const BLOCK_HEADER: usize = 32;

/// Attributes by full name, such as `security.capability`.
pub type Attributes = BTreeMap<String, Vec<u8>>;

impl FileSystem {
    /// All extended attributes of `inode`.
    pub fn attributes(&self, inode: &Inode) -> Result<Attributes> {
        let mut attributes = Attributes::new();
        if let Some(entries) = inode.tail.get(4..).filter(|_| Fields(&inode.tail).u32(0) == MAGIC) {
            read_entries(entries, entries, inode.number, &mut attributes)?;
        }
        if inode.attribute_block != 0 {
            let block = self.block(inode.attribute_block)?;
            if Fields(&block).u32(0) != MAGIC {
                return Err(damaged_attribute(inode.number));
            }
            read_entries(&block[BLOCK_HEADER..], &block, inode.number, &mut attributes)?;
        }
        Ok(attributes)
    }
}

/// Reads `entries`; the places of their values are counted from the beginning of `values`.
fn read_entries(mut entries: &[u8], values: &[u8], inode: u32, into: &mut Attributes) -> Result<()> {
    while Fields(entries).u32(0) != 0 {
        let fields = Fields(entries);
        let name_length = usize::from(fields.u8(0));
        if fields.u32(4) != 0 {
            return Err(unsupported(format!("an attribute of inode {inode} in another inode")));
        }
        let (start, length) = (usize::from(fields.u16(2)), usize::try_from(fields.u32(8))?);
        let value = start.checked_add(length).and_then(|end| values.get(start..end));
        let name = entries.get(ENTRY..ENTRY + name_length);
        let (Some(name), Some(value)) = (name, value) else { return Err(damaged_attribute(inode)) };
        into.insert(full_name(fields.u8(1), name), value.to_vec());
        let next = (ENTRY + name_length).next_multiple_of(4);
        entries = entries.get(next..).unwrap_or_default();
    }
    Ok(())
}

fn full_name(prefix: u8, name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    match prefix {
        0 => name.into_owned(),
        1 => format!("user.{name}"),
        2 => "system.posix_acl_access".into(),
        3 => "system.posix_acl_default".into(),
        4 => format!("trusted.{name}"),
        6 => format!("security.{name}"),
        7 => format!("system.{name}"),
        other => format!("{other}.{name}"),
    }
}

fn damaged_attribute(inode: u32) -> anyhow::Error {
    damaged(format!("inode {inode} has an extended attribute that is none"))
}
