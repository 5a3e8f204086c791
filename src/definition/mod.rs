//! Image definitions: `images/*.yaml`, parsed, merged along `extends`, validated.

mod model;

pub use model::*;
