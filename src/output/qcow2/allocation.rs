//! Which clusters of the file are taken, and by how many: plain clusters are aligned and have one owner,
//! compressed ones are packed one behind the other.

use super::CLUSTER;
use crate::Result;
use anyhow::Context as _;

/// The file while it grows; nothing is ever given back.
#[derive(Default)]
pub struct Allocation {
    refcounts: Vec<u16>,
    /// Where the next compressed cluster may begin; a multiple of the cluster size if there is no room.
    packing: u64,
}

impl Allocation {
    /// How often each cluster of the file is used.
    pub fn refcounts(&self) -> &[u16] {
        &self.refcounts
    }

    /// First byte behind all taken clusters.
    pub fn end(&self) -> u64 {
        self.refcounts.len() as u64 * CLUSTER
    }

    /// Takes `count` clusters in a row; returns the offset of the first.
    pub fn clusters(&mut self, count: u64) -> Result<u64> {
        let offset = self.end();
        let length = self.refcounts.len() + usize::try_from(count)?;
        self.refcounts.resize(length, 1);
        Ok(offset)
    }

    /// Takes `length` bytes (1 to the size of a cluster) for compressed data; returns their offset.
    pub fn packed(&mut self, length: u64) -> Result<u64> {
        let room = self.packing.next_multiple_of(CLUSTER) - self.packing;
        let open_ended = self.packing + room == self.end();
        if room == 0 || (length > room && !open_ended) {
            self.packing = self.end();
        }
        let offset = self.packing;
        self.packing += length;
        for index in offset / CLUSTER..self.packing.div_ceil(CLUSTER) {
            self.refer(usize::try_from(index)?)?;
        }
        Ok(offset)
    }

    fn refer(&mut self, index: usize) -> Result<()> {
        if index == self.refcounts.len() {
            self.refcounts.push(0);
        }
        let count = &mut self.refcounts[index];
        *count = count.checked_add(1).context("a cluster has too many users for a 16-bit refcount")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_data_cross_cluster_ends_only_into_the_next_cluster() {
        let mut allocation = Allocation::default();
        assert_eq!(allocation.packed(60_000).unwrap(), 0);
        assert_eq!(allocation.packed(10_000).unwrap(), 60_000);
        assert_eq!(allocation.refcounts(), [2, 1]);
        assert_eq!(allocation.clusters(1).unwrap(), 2 * CLUSTER);
        assert_eq!(allocation.packed(60_000).unwrap(), 70_000, "there is room");
        assert_eq!(allocation.packed(2_000).unwrap(), 3 * CLUSTER, "there is none, and the next is taken");
        assert_eq!(allocation.refcounts(), [2, 2, 1, 1]);
    }
}
