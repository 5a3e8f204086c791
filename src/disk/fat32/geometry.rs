//! How a volume is divided: reserved sectors, two FATs, clusters.

use crate::Result;
use crate::error::Fault;
use crate::size::ByteSize;

/// Bytes in a sector.
pub const SECTOR: u64 = 512;
/// Sectors before the first FAT, as the specification recommends.
pub const RESERVED_SECTORS: u32 = 32;
/// Copies of the FAT.
pub const FAT_COUNT: u32 = 2;
/// Clusters are numbered from here; the root folder is the first.
pub const FIRST_CLUSTER: u32 = 2;

const FAT_ENTRY_BYTES: u64 = 4;
/// With fewer clusters a driver takes the volume for FAT16.
const MINIMUM_CLUSTERS: u64 = 65_525;
/// Largest volume in bytes for each cluster size in sectors (the specification's `DskTableFAT32`).
const CLUSTER_SECTORS: [(u64, u8); 4] = [(260 << 20, 1), (8 << 30, 8), (16 << 30, 16), (32 << 30, 32)];
const LARGEST_CLUSTER_SECTORS: u8 = 64;

/// Sizes of the parts of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Sectors in the volume.
    pub sectors: u32,
    /// Sectors in a cluster.
    pub sectors_per_cluster: u8,
    /// Sectors in one copy of the FAT.
    pub sectors_per_fat: u32,
    /// Clusters for data.
    pub clusters: u32,
}

impl Geometry {
    /// For a volume of `length` bytes; fails if FAT32 cannot be so small or so large.
    pub fn of(length: u64) -> Result<Self> {
        Self::compute(length).ok_or_else(|| {
            let length = ByteSize::bytes(length);
            let fault = Fault::input(format!("a FAT32 volume cannot have the size `{length}`"));
            fault.hint("set `disk.esp` to a size from `33MiB` to below `2TiB`").into()
        })
    }

    fn compute(length: u64) -> Option<Self> {
        let sectors = length / SECTOR;
        let row = CLUSTER_SECTORS.iter().find(|(largest, _)| length <= *largest);
        let sectors_per_cluster = row.map_or(LARGEST_CLUSTER_SECTORS, |(_, sectors)| *sectors);
        let cluster = u64::from(sectors_per_cluster);
        let available = sectors.checked_sub(RESERVED_SECTORS.into())?;
        // A cluster takes its own sectors and an entry in each FAT; the first two entries belong to none.
        let entries_per_sector = SECTOR / FAT_ENTRY_BYTES;
        let sectors_per_fat = (available + u64::from(FIRST_CLUSTER) * cluster)
            .div_ceil(entries_per_sector * cluster + u64::from(FAT_COUNT));
        let clusters = available.checked_sub(sectors_per_fat * u64::from(FAT_COUNT))? / cluster;
        (clusters >= MINIMUM_CLUSTERS).then_some(())?;
        Some(Self {
            sectors: sectors.try_into().ok()?,
            sectors_per_cluster,
            sectors_per_fat: sectors_per_fat.try_into().ok()?,
            clusters: clusters.try_into().ok()?,
        })
    }

    /// Bytes in a cluster.
    pub fn cluster_bytes(&self) -> u64 {
        u64::from(self.sectors_per_cluster) * SECTOR
    }

    /// Where in the volume, in bytes, the cluster `number` begins.
    pub fn cluster_start(&self, number: u32) -> u64 {
        let data = u64::from(RESERVED_SECTORS) + u64::from(FAT_COUNT) * u64::from(self.sectors_per_fat);
        data * SECTOR + u64::from(number - FIRST_CLUSTER) * self.cluster_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_fit_into_the_volume_and_the_fat_covers_all_clusters(mib in 33u64..2_000_000) {
            let geometry = Geometry::of(mib << 20).unwrap();
            let end = geometry.cluster_start(geometry.clusters + FIRST_CLUSTER);
            prop_assert!(end <= mib << 20);
            let entries = u64::from(geometry.sectors_per_fat) * SECTOR / FAT_ENTRY_BYTES;
            prop_assert!(entries >= u64::from(geometry.clusters + FIRST_CLUSTER));
        }
    }

    #[test]
    fn volumes_that_are_too_small_or_too_large_are_refused() {
        for length in [0, 16 << 20, 32 << 20, 2 << 40] {
            assert!(Geometry::of(length).is_err(), "{length}");
        }
    }
}
