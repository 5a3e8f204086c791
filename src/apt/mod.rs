//! Debian archives: resolving with apt, signature checks, `.deb` files, local repositories.

mod connection;
pub mod control;
pub mod deb;
pub mod isolated;
pub mod mirror;
pub mod release;
pub mod repository;
pub mod resolve;
pub mod source_package;
pub mod sources;
pub mod version;
