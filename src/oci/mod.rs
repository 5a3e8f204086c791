//! Container images: composing, pulling, the baked layout.
//!
//! Formats follow the OCI image specification 1.1 (`image-spec/manifest.md`, `image-index.md`, `config.md`,
//! `image-layout.md`); what registries serve may also be in docker's form (distribution, `manifest-v2-2.md`).
//! Only `sha256` digests are accepted, since that is what the store goes by.

pub mod compose;
pub mod config;
mod document;
pub mod index;
pub mod layout;
pub mod limits;
pub mod manifest;
pub mod media_type;
pub mod prefixed;
pub mod pull;
pub mod reference;
mod rfc3339;
mod urls;
mod verified;

pub use compose::{COMPOSE_RECIPE, Recipe, compose};
pub use layout::{LAYOUT, Layout};
pub use limits::MANIFEST_LIMIT;
pub use pull::resolve;
pub use reference::Reference;
pub use urls::{blob_url, manifest_url, tag_url};
pub use verified::Verified;

#[cfg(test)]
mod tests;
