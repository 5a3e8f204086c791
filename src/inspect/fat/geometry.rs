//! The boot sector: where the table, the root directory and the clusters are.

use super::damaged;
use crate::Result;
use crate::inspect::fields::Fields;

/// Bytes of a directory entry.
pub const ENTRY: u64 = 32;

/// How wide an entry of the allocation table is; decided by the number of clusters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// FAT12.
    Bits12,
    /// FAT16.
    Bits16,
    /// FAT32, of which 28 bits count.
    Bits32,
}

impl Width {
    fn of(clusters: u64) -> Self {
        match clusters {
            0..=4084 => Width::Bits12,
            4085..=65524 => Width::Bits16,
            _ => Width::Bits32,
        }
    }

    fn bits(self) -> u64 {
        match self {
            Width::Bits12 => 12,
            Width::Bits16 => 16,
            Width::Bits32 => 32,
        }
    }

    /// The entry of `cluster` from the bytes in which it begins.
    pub fn entry(self, bytes: u32, cluster: u32) -> u32 {
        match self {
            Width::Bits12 if cluster.is_multiple_of(2) => bytes & 0xfff,
            Width::Bits12 => (bytes >> 4) & 0xfff,
            Width::Bits16 => bytes & 0xffff,
            Width::Bits32 => bytes & 0xfff_ffff,
        }
    }

    /// Entries from here on mean that no cluster follows; the one before means a bad cluster.
    pub fn last(self) -> u32 {
        match self {
            Width::Bits12 => 0xff8,
            Width::Bits16 => 0xfff8,
            Width::Bits32 => 0xfff_fff8,
        }
    }
}

/// Places in bytes from the beginning of the partition.
#[derive(Debug)]
pub struct Geometry {
    /// Width of table entries.
    pub width: Width,
    /// Bytes in a cluster, at most 1 MiB.
    pub cluster_size: u64,
    /// Number of clusters; the first has number 2.
    pub clusters: u64,
    /// Start and length of the root directory, of FAT12 and FAT16.
    pub fixed_root: Option<(u64, u64)>,
    /// First cluster of the root directory, of FAT32.
    pub root_cluster: u32,
    table: u64,
    data: u64,
}

impl Geometry {
    /// Parses and checks the boot sector of a partition of `length` bytes.
    pub fn parse(sector: &[u8; 512], length: u64) -> Result<Self> {
        let fields = Fields(sector);
        let sector_size = u64::from(fields.u16(11));
        let cluster_size = sector_size * u64::from(fields.u8(13));
        let sizes = sector_size.is_power_of_two() && cluster_size.is_power_of_two();
        if !sizes || !(512..=4096).contains(&sector_size) || fields.u16(510) != 0xaa55 {
            return Err(damaged("it has no FAT boot sector"));
        }
        let either = |short: u16, long: u32| if short == 0 { long.into() } else { u64::from(short) };
        let table = u64::from(fields.u16(14)) * sector_size;
        let table_size = either(fields.u16(22), fields.u32(36)) * sector_size;
        let root = table + table_size * u64::from(fields.u8(16));
        let root_size = (u64::from(fields.u16(17)) * ENTRY).next_multiple_of(sector_size);
        let data = root + root_size;
        let end = either(fields.u16(19), fields.u32(32)) * sector_size;
        let clusters = end.saturating_sub(data) / cluster_size;
        let width = Width::of(clusters);
        let tables = (clusters + 2) * width.bits() / 8;
        if end > length || clusters == 0 || tables > table_size {
            return Err(damaged(format!("its boot sector does not fit a partition of {length} bytes")));
        }
        let fixed_root = (width != Width::Bits32).then_some((root, root_size));
        Ok(Self { width, cluster_size, clusters, fixed_root, root_cluster: fields.u32(44), table, data })
    }

    /// Where `cluster` begins, if there is one of that number.
    pub fn cluster_offset(&self, cluster: u32) -> Option<u64> {
        let index = u64::from(cluster).checked_sub(2).filter(|index| *index < self.clusters)?;
        Some(self.data + index * self.cluster_size)
    }

    /// Where the table entry of `cluster` begins.
    pub fn entry_offset(&self, cluster: u32) -> u64 {
        self.table + u64::from(cluster) * self.width.bits() / 8
    }
}
