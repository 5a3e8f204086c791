//! The on-host agent `imgbuild-node`: brings one host from its first boot into its cluster.
//!
//! `imgbuild-node.service` starts it once cloud-init has written [`configuration`]. What it has done is kept in
//! [`status`], so that it goes on where a power cut stopped it.

pub mod cli;
pub mod configuration;
pub mod console;
pub mod status;
