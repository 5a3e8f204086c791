//! The lock file: every byte that goes into an image, by digest, but for what is part of imgbuild: its own templates,
//! and the agent that is built beside it.
//!
//! `lock` writes it, `bake` only reads it. Canonical order, a schema number, and for each section the digest
//! of the part of the definition that it answers, so that a stale section is found and named.

mod archives;
mod create;
mod file;
mod files;
mod locked;
mod manifests;
mod model;
mod roots;
mod sections;

pub use create::{Update, create};
pub use file::path_for;
pub use locked::Locked;
pub use model::{Blob, Lock, LockedDownload, LockedImage, SCHEMA};
pub use roots::{BASE, LOADERS, Root, TOOLS, image_root, installed_roots, roots, stage_root};
