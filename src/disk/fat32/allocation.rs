//! Which clusters belong to whom: each chain is contiguous and follows the one before.

use super::geometry::{FIRST_CLUSTER, Geometry};
use crate::Result;
use crate::error::Fault;
use crate::size::human;

/// Entry 0: the media byte of a fixed disk; entry 1: no errors, cleanly unmounted.
const RESERVED_ENTRIES: [u32; FIRST_CLUSTER as usize] = [0x0fff_fff8, 0x0fff_ffff];
const END_OF_CHAIN: u32 = 0x0fff_ffff;

/// The FAT while it is filled from its beginning.
pub struct Allocation {
    geometry: Geometry,
    entries: Vec<u32>,
}

impl Allocation {
    /// Nothing is taken yet.
    pub fn new(geometry: Geometry) -> Self {
        Self { geometry, entries: RESERVED_ENTRIES.to_vec() }
    }

    /// Takes clusters for `bytes` bytes, which must not be 0; returns the first.
    pub fn take(&mut self, bytes: u64) -> Result<u32> {
        let first = self.next();
        let count = bytes.div_ceil(self.geometry.cluster_bytes());
        if count > self.free().into() {
            let size = human(u64::from(self.geometry.clusters) * self.geometry.cluster_bytes());
            let fault = Fault::input(format!("the files do not fit into a FAT32 volume of {size}"));
            return Err(fault.hint("set `disk.esp` to a larger size").into());
        }
        self.entries.extend((first + 1..).take(usize::try_from(count)? - 1));
        self.entries.push(END_OF_CHAIN);
        Ok(first)
    }

    /// The first cluster that nobody has.
    #[allow(clippy::cast_possible_truncation)] // clusters are counted in 32 bits
    pub fn next(&self) -> u32 {
        self.entries.len() as u32
    }

    /// How many clusters nobody has.
    pub fn free(&self) -> u32 {
        self.geometry.clusters + FIRST_CLUSTER - self.next()
    }

    /// The bytes of the FAT up to the last entry that is not zero.
    pub fn fat(&self) -> Vec<u8> {
        self.entries.iter().flat_map(|entry| entry.to_le_bytes()).collect()
    }
}
