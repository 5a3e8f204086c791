//! The tools root, hermetic builds, their sandbox, and programs of other architectures in it.

pub mod build;
pub mod emulation;
pub mod root;
pub mod sandbox;
pub mod tools;

/// The time stamp of build roots and builds, 1980-01-01: the same in every lock, so that what was built
/// expensively is used again as long as its packages and sources stay.
pub const BUILD_EPOCH: u64 = 315_532_800;
