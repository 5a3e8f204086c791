//! Sorted, normalised tar streams and their merge.
//!
//! Everything that becomes an image passes through a [`tree::Tree`]: an index of paths whose bytes stay in
//! the files that they came in. It is filled by [`read`] (tars of our own making), [`archive`] (downloaded,
//! so hostile until proven otherwise) and code; changed by [`units`] and [`scrub`]; emitted by [`write`] as
//! a tar or by [`unpack`] as files.

pub mod archive;
pub mod compression;
pub mod content;
pub mod entry;
pub(crate) mod members;
pub mod path;
pub mod pattern;
pub mod read;
pub mod scrub;
pub mod tree;
pub mod units;
pub mod unpack;
pub mod write;

/// Changes when the same archive is to give another layer.
pub const ARCHIVE_RECIPE: u32 = 1;
