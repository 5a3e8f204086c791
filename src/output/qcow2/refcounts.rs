//! The refcount table and its blocks ("Host cluster management"), made when all else has its place.

use super::allocation::Allocation;
use super::{CLUSTER, ENTRY_BYTES};
use crate::Result;
use std::io::{Seek, SeekFrom, Write};

const REFCOUNT_BYTES: u64 = 2;
/// Clusters that one block counts.
const PER_BLOCK: u64 = CLUSTER / REFCOUNT_BYTES;
/// Blocks that one cluster of the table names.
const PER_TABLE_CLUSTER: u64 = CLUSTER / ENTRY_BYTES;

/// Where the table is.
pub struct Table {
    /// First byte.
    pub offset: u64,
    /// Clusters.
    pub clusters: u64,
}

/// Writes blocks and table behind everything else; they count themselves too.
pub fn write(out: &mut (impl Write + Seek), mut allocation: Allocation) -> Result<Table> {
    let (blocks, clusters) = sizes(allocation.refcounts().len() as u64);
    let blocks_offset = allocation.clusters(blocks)?;
    let offset = allocation.clusters(clusters)?;
    out.seek(SeekFrom::Start(blocks_offset))?;
    let counts = allocation.refcounts().iter().flat_map(|count| count.to_be_bytes());
    write_clusters(out, counts.collect(), blocks)?;
    let entries = (0..blocks).flat_map(|block| (blocks_offset + block * CLUSTER).to_be_bytes());
    write_clusters(out, entries.collect(), clusters)?;
    Ok(Table { offset, clusters })
}

/// How many blocks and how many clusters of table count `used` clusters and themselves.
fn sizes(used: u64) -> (u64, u64) {
    let (mut blocks, mut table) = (0, 0);
    loop {
        let enough = (used + blocks + table).div_ceil(PER_BLOCK);
        if enough == blocks {
            return (blocks, table);
        }
        blocks = enough;
        table = blocks.div_ceil(PER_TABLE_CLUSTER);
    }
}

fn write_clusters(out: &mut impl Write, mut bytes: Vec<u8>, clusters: u64) -> Result<()> {
    bytes.resize(usize::try_from(clusters * CLUSTER)?, 0);
    Ok(out.write_all(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_needs_a_further_block_for_itself_has_one() {
        for used in [1, PER_BLOCK - 2, PER_BLOCK - 1, PER_BLOCK, PER_BLOCK * PER_TABLE_CLUSTER] {
            let (blocks, table) = sizes(used);
            assert!(blocks * PER_BLOCK >= used + blocks + table, "{used}");
            assert!(table * PER_TABLE_CLUSTER >= blocks, "{used}");
        }
        assert_eq!(sizes(PER_BLOCK - 2), (1, 1));
        assert_eq!(sizes(PER_BLOCK - 1), (2, 1));
    }
}
