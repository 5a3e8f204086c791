//! Reads a GUID partition table (UEFI specification 2.10, section 5.3).
//!
//! Nothing in it is trusted: checksums, counts and ranges are checked before use, and the backup at the end
//! of the disk is tried if the primary table is damaged.

use super::fields::Fields;
use super::source::ReadAt;
use crate::Result;
use crate::error::Fault;
use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Bytes per logical block; images are made for disks of 512-byte sectors.
pub const SECTOR: u64 = SECTOR_BYTES as u64;
const SECTOR_BYTES: usize = 512;
const SIGNATURE: &[u8] = b"EFI PART";
/// More entries than any real table has; 4 times what other tools write.
const MOST_ENTRIES: u32 = 512;
const LARGEST_ENTRY: u32 = 4096;

/// The partition table of a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartitionTable {
    /// Identity of the disk.
    pub disk: String,
    /// The primary table is damaged and this is the backup.
    pub from_backup: bool,
    /// By number, which is the place in the table, from 1.
    pub partitions: BTreeMap<u32, Partition>,
}

/// One entry of a partition table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// What it is for, as far as the type says.
    pub role: Role,
    /// Type GUID, lower case.
    #[serde(rename = "type")]
    pub kind: String,
    /// Identity of this partition.
    pub guid: String,
    /// Its label.
    pub name: String,
    /// First byte on the disk.
    pub start: u64,
    /// Number of bytes.
    pub size: u64,
    /// Attribute bits.
    pub attributes: u64,
}

/// What a partition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The rest of GRUB for machines without UEFI.
    BiosBoot,
    /// Where UEFI looks for boot loaders.
    EfiSystem,
    /// The root file system.
    Root,
    /// Anything else.
    Other,
}

impl Role {
    fn of(kind: Uuid) -> Self {
        match kind.to_string().as_str() {
            "21686148-6449-6e6f-744e-656564454649" => Role::BiosBoot,
            "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" => Role::EfiSystem,
            // root-x86-64 and root-arm64 of the discoverable partitions specification
            "4f68bce3-e8cd-4db1-96e7-fbcaf984b709" | "b921b045-1df0-41c3-af44-4c6f280d3fae" => Role::Root,
            _ => Role::Other,
        }
    }

    /// How it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Role::BiosBoot => "BIOS boot",
            Role::EfiSystem => "EFI system",
            Role::Root => "root",
            Role::Other => "other",
        }
    }
}

impl PartitionTable {
    /// Reads the table of `disk`: the primary, or the backup if that is damaged.
    pub fn read(disk: &dyn ReadAt) -> Result<Self> {
        let primary = read_at(disk, 1);
        let Err(reason) = primary else { return primary };
        let last = (disk.length() / SECTOR).saturating_sub(1);
        let backup = read_at(disk, last).map(|table| Self { from_backup: true, ..table });
        backup.map_err(|_| {
            Fault::input(format!("no readable GPT partition table: {reason:#}"))
                .hint("give a disk image that `imgbuild bake` made, raw or qcow2, and check its SHA256SUMS")
                .into()
        })
    }

    /// The first partition with this role.
    pub fn find(&self, role: Role) -> Option<&Partition> {
        self.partitions.values().find(|partition| partition.role == role)
    }
}

struct Header {
    disk: Uuid,
    entries_at: u64,
    count: u32,
    entry_size: u32,
    checksum: u32,
}

fn read_at(disk: &dyn ReadAt, sector: u64) -> Result<PartitionTable> {
    let mut bytes = [0; SECTOR_BYTES];
    let offset = sector * SECTOR;
    disk.read_at(offset, &mut bytes).with_context(|| format!("reading sector {sector}"))?;
    let header = Header::parse(&bytes, sector)?;
    let entries = header.read_entries(disk)?;
    let mut partitions = BTreeMap::new();
    for (number, entry) in (1..).zip(entries.chunks_exact(header.entry_size as usize)) {
        if entry[..16] != [0; 16] {
            let partition = Partition::parse(Fields(entry), disk.length());
            partitions.insert(number, partition.with_context(|| format!("partition {number}"))?);
        }
    }
    Ok(PartitionTable { disk: header.disk.to_string(), from_backup: false, partitions })
}

impl Header {
    fn parse(bytes: &[u8; SECTOR_BYTES], sector: u64) -> Result<Self> {
        let fields = Fields(bytes);
        ensure!(bytes.starts_with(SIGNATURE), "sector {sector} does not begin with `EFI PART`");
        let size = fields.u32(12) as usize;
        ensure!((92..=bytes.len()).contains(&size), "its header claims a size of {size} bytes");
        let mut hashed = bytes[..size].to_vec();
        hashed[16..20].fill(0);
        ensure!(crc32(&hashed) == fields.u32(16), "its header has a wrong checksum");
        ensure!(fields.u64(24) == sector, "its header belongs to sector {}", fields.u64(24));
        Ok(Self {
            disk: guid(fields, 56),
            entries_at: fields.u64(72),
            count: fields.u32(80),
            entry_size: fields.u32(84),
            checksum: fields.u32(88),
        })
    }

    fn read_entries(&self, disk: &dyn ReadAt) -> Result<Vec<u8>> {
        let Self { count, entry_size, .. } = *self;
        ensure!(count <= MOST_ENTRIES, "it claims {count} entries, at most {MOST_ENTRIES} are read");
        let sizes = 128..=LARGEST_ENTRY;
        ensure!(sizes.contains(&entry_size), "it claims entries of {entry_size} bytes");
        let mut entries = vec![0; count as usize * entry_size as usize];
        let Some(offset) = self.entries_at.checked_mul(SECTOR) else {
            bail!("its entries begin at sector {}", self.entries_at)
        };
        disk.read_at(offset, &mut entries).context("reading its entries")?;
        ensure!(crc32(&entries) == self.checksum, "its entries have a wrong checksum");
        Ok(entries)
    }
}

impl Partition {
    fn parse(entry: Fields<'_>, disk_length: u64) -> Result<Self> {
        let (first, last) = (entry.u64(32), entry.u64(40));
        ensure!(first >= 1 && first <= last, "it goes from sector {first} to sector {last}");
        let sectors = disk_length / SECTOR;
        ensure!(last < sectors, "it ends at sector {last}, the disk has {sectors}");
        let kind = guid(entry, 0);
        Ok(Self {
            role: Role::of(kind),
            kind: kind.to_string(),
            guid: guid(entry, 16).to_string(),
            name: name(entry.bytes(56, 72)),
            start: first * SECTOR,
            size: (last - first + 1) * SECTOR,
            attributes: entry.u64(48),
        })
    }
}

fn name(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}

fn guid(fields: Fields<'_>, offset: usize) -> Uuid {
    Uuid::from_bytes_le(fields.array(offset))
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests;
