//! Trying what was made, in QEMU: one image on the user's terminal, or all hosts of a cluster side by side.

pub mod cluster;
pub mod image;
