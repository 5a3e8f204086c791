//! Entries of L2 tables ("L1 table entry", "Standard Cluster Descriptor", "Compressed Clusters Descriptor").

/// The refcount of the cluster is exactly one: QEMU may write to it in place.
const COPIED: u64 = 1 << 63;
const COMPRESSED: u64 = 1 << 62;
/// The cluster reads as zeros, whatever its offset says (version 3).
const ZERO: u64 = 1;
/// Host offset in an L1 or a standard L2 entry.
const OFFSET_MASK: u64 = 0x00ff_ffff_ffff_fe00;
/// Compressed data are counted in these, from the sector that they begin in.
const SECTOR: u64 = 512;

/// Where a cluster of the disk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cluster {
    /// Nowhere: it reads as zeros.
    Zero,
    /// Uncompressed at this offset of the file.
    Plain(u64),
    /// Compressed.
    Compressed {
        /// First byte in the file.
        offset: u64,
        /// Bytes; read back, it is rounded up to the end of the last sector.
        length: u64,
    },
}

impl Cluster {
    /// As an L2 entry of an image with clusters of 2^`cluster_bits` bytes.
    pub fn to_entry(self, cluster_bits: u32) -> u64 {
        match self {
            Cluster::Zero => 0,
            Cluster::Plain(offset) => offset | COPIED,
            Cluster::Compressed { offset, length } => {
                let further_sectors = (offset + length - 1) / SECTOR - offset / SECTOR;
                COMPRESSED | further_sectors << sectors_shift(cluster_bits) | offset
            }
        }
    }

    /// From an L2 entry.
    pub fn of_entry(entry: u64, cluster_bits: u32) -> Self {
        if entry & COMPRESSED != 0 {
            let shift = sectors_shift(cluster_bits);
            let offset = entry & ((1 << shift) - 1);
            let sectors = ((entry & !(COPIED | COMPRESSED)) >> shift) + 1;
            return Cluster::Compressed { offset, length: sectors * SECTOR - offset % SECTOR };
        }
        match entry & OFFSET_MASK {
            _ if entry & ZERO != 0 => Cluster::Zero,
            0 => Cluster::Zero,
            offset => Cluster::Plain(offset),
        }
    }
}

/// The L1 entry for an L2 table at `offset`.
pub fn l1_entry(offset: u64) -> u64 {
    offset | COPIED
}

/// Where the L2 table of an L1 entry is; `None` if there is none and all of it reads as zeros.
pub fn l2_offset(l1_entry: u64) -> Option<u64> {
    Some(l1_entry & OFFSET_MASK).filter(|offset| *offset != 0)
}

/// Below this bit is the offset of compressed data, above it the number of further sectors.
fn sectors_shift(cluster_bits: u32) -> u32 {
    62 - (cluster_bits - 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn compressed_entries_read_back_to_the_end_of_the_sector(
            offset in 0u64..(1 << 40), length in 1u64..65_536,
        ) {
            let entry = Cluster::Compressed { offset, length }.to_entry(16);
            let Cluster::Compressed { offset: o, length: l } = Cluster::of_entry(entry, 16) else { panic!() };
            prop_assert_eq!(o, offset);
            prop_assert_eq!(o + l, (offset + length).next_multiple_of(SECTOR));
        }

        #[test]
        fn any_entry_can_be_read(entry in any::<u64>(), cluster_bits in 9u32..=21) {
            Cluster::of_entry(entry, cluster_bits);
        }
    }

    #[test]
    fn plain_and_absent_clusters_read_back() {
        for cluster in [Cluster::Zero, Cluster::Plain(5 << 16)] {
            assert_eq!(Cluster::of_entry(cluster.to_entry(16), 16), cluster);
        }
        assert_eq!(Cluster::of_entry(5 << 16 | ZERO, 16), Cluster::Zero);
    }
}
