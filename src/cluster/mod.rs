//! Cluster definitions: `clusters/*.yaml`, parsed and validated.

mod model;
mod network;

pub use model::*;
