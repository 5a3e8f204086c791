//! The on-host agent `imgbuild-node`: brings one host from its first boot into its cluster.

pub mod configuration;
pub mod status;
