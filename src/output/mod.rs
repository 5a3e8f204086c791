//! Writers of what users take away: raw, qcow2, ISO, manifest.

pub mod extents;
pub mod iso9660;
pub mod qcow2;
