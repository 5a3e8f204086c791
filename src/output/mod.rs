//! Writers of what users take away: raw, qcow2, VMDK, Vagrant boxes, ISO, manifest.

pub mod extents;
pub mod iso9660;
pub mod pipeline;
pub mod qcow2;
#[cfg(test)]
pub mod testing;
pub mod vagrant;
pub mod vmdk;
