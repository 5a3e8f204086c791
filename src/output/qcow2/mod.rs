//! qcow2, version 3: written natively so that the bytes are a function of the raw image alone, and read for
//! `inspect`. Specification: `docs/interop/qcow2.txt` of QEMU; section names in comments are its own.

mod allocation;
mod compression;
mod descriptor;
mod earlier;
mod header;
mod pack;
pub mod reader;
mod refcounts;
#[cfg(test)]
mod tests;
mod unpack;
mod writer;

pub use compression::Compression;
pub use earlier::Earlier;
pub use unpack::unpack;
pub use writer::write;

use super::pipeline::{CLUSTER, CLUSTER_BITS, CLUSTER_BYTES};

/// Bytes of an entry of an L1, L2 or refcount table.
const ENTRY_BYTES: u64 = 8;
