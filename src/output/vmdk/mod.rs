//! VMDK of type `streamOptimized`: compressed grains one after the other, for boxes and appliances.
//!
//! Written natively, since qemu-img draws a random content id and ends without a footer. Sources: VMware's
//! "Virtual Disk Format 5.0" (hosted sparse extents, "Stream-Optimized Compressed Sparse Extents") and its
//! reader in QEMU, `block/vmdk.c`. Numbers are little-endian; offsets count sectors of 512 bytes.

mod descriptor;
mod grain;
mod header;
mod marker;
#[cfg(test)]
mod tests;
mod writer;

pub use descriptor::Identity;
pub use writer::write;

use super::pipeline::CLUSTER;

/// Bytes in a sector.
const SECTOR: u64 = 512;
/// [`SECTOR`] as a length in memory.
const SECTOR_BYTES: usize = 512;
/// Bytes in a grain, the unit of compression: the pipeline's cluster, which is also what the format prescribes.
const GRAIN: u64 = CLUSTER;
/// Sectors in a grain.
const GRAIN_SECTORS: u64 = GRAIN / SECTOR;
/// Entries of a grain table.
const TABLE_ENTRIES: u32 = 512;
/// [`TABLE_ENTRIES`] as a length in memory.
const TABLE_LENGTH: usize = 512;
/// Sectors before the first grain: header, descriptor, padding to a grain's length.
const OVERHEAD_SECTORS: u64 = GRAIN_SECTORS;
/// Where the descriptor begins.
const DESCRIPTOR_SECTOR: u64 = 1;
/// How much room it has.
const DESCRIPTOR_SECTORS: u64 = 20;
