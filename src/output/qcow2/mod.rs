//! qcow2, version 3: written natively so that the bytes are a function of the raw image alone, and read for
//! `inspect`. Specification: `docs/interop/qcow2.txt` of QEMU; section names in comments are its own.

mod allocation;
mod compression;
mod descriptor;
mod earlier;
mod header;
mod pipeline;
pub mod reader;
mod refcounts;
#[cfg(test)]
mod tests;
mod writer;

pub use compression::Compression;
pub use earlier::Earlier;
pub use writer::write;

/// log2 of the cluster size that the writer uses, which is QEMU's default.
const CLUSTER_BITS: u32 = 16;
/// Bytes in a cluster that the writer uses.
const CLUSTER: u64 = 1 << CLUSTER_BITS;
/// [`CLUSTER`] as a length in memory.
const CLUSTER_BYTES: usize = 1 << CLUSTER_BITS;
/// Bytes of an entry of an L1, L2 or refcount table.
const ENTRY_BYTES: u64 = 8;
