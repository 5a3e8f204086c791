//! A minimal ISO 9660 writer for NoCloud seeds: one folder of small files, with Joliet names.
//!
//! ECMA-119 (ISO 9660) for the volume, the Joliet specification of 1995 for the second tree, whose names may
//! have lower-case letters and `-`, which `user-data` and `meta-data` need. Written here because the usual
//! tools put the clock into the volume. All dates are 1980-01-01.

mod descriptor;
mod directory;
mod encoding;
mod names;
#[cfg(test)]
mod tests;

use crate::Result;
use crate::error::Fault;
use descriptor::{Descriptor, Tree};
use directory::{Directory, Member};
use std::collections::BTreeMap;
use std::io::Write;

/// Bytes in a logical sector, which is also the logical block here.
const SECTOR: u16 = 2048;
/// [`SECTOR`] as a length in memory.
const SECTOR_BYTES: usize = SECTOR as usize;
/// Sectors at the beginning that ISO 9660 leaves to others.
const SYSTEM_AREA_SECTORS: u32 = 16;
const DESCRIPTORS: u32 = 3;
const PATH_TABLES: u32 = 4;

/// Writes a volume called `volume` (such as `cidata`) with `files` by name.
///
/// Names and the volume's name are ASCII; a file name has at most 30 characters, and no two names are equal
/// but for case and punctuation. Anything else is [`crate::error::Kind::Input`].
pub fn write(out: &mut impl Write, volume: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    names::check_volume(volume)?;
    let plan = Plan::of(files)?;
    out.write_all(&vec![0; SYSTEM_AREA_SECTORS as usize * SECTOR_BYTES])?;
    for tree in [Tree::Primary, Tree::Joliet] {
        out.write_all(&plan.descriptor(tree, volume).to_bytes())?;
    }
    out.write_all(&descriptor::terminator())?;
    for tree in [Tree::Primary, Tree::Joliet] {
        let root = plan.place(tree).root;
        out.write_all(&padded(directory::path_table(root.to_le_bytes(), 1u16.to_le_bytes())))?;
        out.write_all(&padded(directory::path_table(root.to_be_bytes(), 1u16.to_be_bytes())))?;
    }
    out.write_all(&plan.primary.to_bytes(plan.place(Tree::Primary).root))?;
    out.write_all(&plan.joliet.to_bytes(plan.place(Tree::Joliet).root))?;
    for bytes in files.values() {
        out.write_all(bytes)?;
        out.write_all(&vec![0; bytes.len().next_multiple_of(SECTOR_BYTES) - bytes.len()])?;
    }
    Ok(())
}

/// Where the parts of one tree are, in sectors.
struct Place {
    little_endian_path_table: u32,
    big_endian_path_table: u32,
    root: u32,
}

struct Plan {
    primary: Directory,
    joliet: Directory,
    /// Sectors in the whole volume.
    sectors: u32,
}

impl Plan {
    fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let mut primary = Directory::new(names::primary_all(files.keys())?);
        let mut joliet = Directory::new(files.keys().map(|name| names::joliet(name)).collect());
        let mut sector =
            SYSTEM_AREA_SECTORS + DESCRIPTORS + PATH_TABLES + primary.sectors() + joliet.sectors();
        for (index, (name, bytes)) in files.iter().enumerate() {
            let length = u32::try_from(bytes.len()).map_err(|_| too_large(name))?;
            for tree in [&mut primary, &mut joliet] {
                tree.place(index, Member { sector, length });
            }
            sector = sector.checked_add(length.div_ceil(SECTOR.into())).ok_or_else(|| too_large(name))?;
        }
        Ok(Self { primary, joliet, sectors: sector })
    }

    fn place(&self, tree: Tree) -> Place {
        let tables = SYSTEM_AREA_SECTORS + DESCRIPTORS;
        let (tables, root) = match tree {
            Tree::Primary => (tables, tables + PATH_TABLES),
            Tree::Joliet => (tables + 2, tables + PATH_TABLES + self.primary.sectors()),
        };
        Place { little_endian_path_table: tables, big_endian_path_table: tables + 1, root }
    }

    fn descriptor(&self, tree: Tree, volume: &str) -> Descriptor {
        let directory = match tree {
            Tree::Primary => &self.primary,
            Tree::Joliet => &self.joliet,
        };
        Descriptor {
            tree,
            volume: volume.to_owned(),
            sectors: self.sectors,
            place: self.place(tree),
            root: directory.own_record(self.place(tree).root),
        }
    }
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
    bytes
}

fn too_large(name: &str) -> Fault {
    Fault::input(format!("`{name}` does not fit into an ISO 9660 volume")).hint("a file may have up to 4 GiB")
}
