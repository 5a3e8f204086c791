//! Cluster definitions: `clusters/*.yaml`, parsed and validated.

mod model;

pub use model::*;
