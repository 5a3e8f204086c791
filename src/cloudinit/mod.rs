//! The first-boot data of one machine, as cloud-init reads it: `user-data`, `meta-data`, `network-config`, and the
//! `NoCloud` seed that carries them.
//!
//! Documents are typed and go through the YAML emitter: text that looks like a number or a truth value to
//! YAML 1.1, which cloud-init reads, comes out quoted.

mod gzip;
mod meta_data;
mod network;
mod seed;
mod user_data;
mod write_file;

pub use gzip::{gzip, unpacked};
pub use meta_data::MetaData;
pub use network::{Card, NetworkConfig, Route};
pub use seed::{Seed, write};
pub use user_data::{User, UserData};
pub use write_file::WriteFile;

#[cfg(test)]
mod tests;
