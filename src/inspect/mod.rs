//! What is in an image, from the file alone: nothing is mounted and nothing needs root.
//!
//! [`Image`] opens the file, [`gpt`] finds the partitions, [`ext4`] reads the root file system;
//! [`inspect`] reports on what is in it and [`size`] on what takes the space. An image may come from anywhere,
//! so everything in it is checked before it is used.

pub(crate) mod cache;
pub(crate) mod columns;
pub mod ext4;
pub mod fat;
mod fields;
pub mod gpt;
mod image;
mod inspection;
mod oci;
mod packages;
mod record;
pub mod size;
pub mod source;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod units;

pub use image::{Format, Image};
pub use inspection::{Disk, Inspection, Manifest, Root, inspect};
pub use oci::ContainerImage;
pub use packages::Package;
pub use record::image_record;

/// What to do about an image that contradicts itself.
const DAMAGED: &str = "compare the image with its SHA256SUMS, or bake it again";

#[cfg(test)]
mod tests;
