//! What takes the space in an image: each file counted once, for the package, artifact, container image or
//! folder that it is there for.

mod attribution;
mod measure;
mod origins;
mod palette;
mod squarify;
mod table;
mod treemap;

pub use attribution::Kind;
pub use measure::{Item, Usage, measure};
