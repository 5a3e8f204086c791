//! Container images: composing, pulling, the baked layout.
//!
//! Formats follow the OCI image specification 1.1 (`image-spec/manifest.md`, `image-index.md`, `config.md`,
//! `image-layout.md`); what registries serve may also be in docker's form (distribution, `manifest-v2-2.md`).
//! Only `sha256` digests are accepted, since that is what the store goes by.

#[cfg(feature = "operator")]
pub mod compose;
pub mod config;
pub mod document;
pub mod index;
#[cfg(feature = "operator")]
pub mod layout;
pub mod limits;
pub mod manifest;
pub mod media_type;
pub mod prefixed;
#[cfg(feature = "operator")]
pub mod pull;
#[cfg(feature = "operator")]
pub mod reference;
#[cfg(feature = "operator")]
mod registries;
#[cfg(feature = "operator")]
pub(crate) mod rfc3339;
#[cfg(feature = "operator")]
mod urls;
#[cfg(feature = "operator")]
mod verified;

#[cfg(feature = "operator")]
pub use compose::{COMPOSE_RECIPE, Recipe, compose};
#[cfg(feature = "operator")]
pub use layout::{LAYOUT, Layout};
pub use limits::MANIFEST_LIMIT;
#[cfg(feature = "operator")]
pub use pull::resolve;
#[cfg(feature = "operator")]
pub use reference::Reference;
#[cfg(feature = "operator")]
pub use registries::{PlainRegistry, Registries, RegistryMirror};
#[cfg(feature = "operator")]
pub use urls::{blob_url, manifest_url, tag_url};
#[cfg(feature = "operator")]
pub use verified::Verified;

#[cfg(all(test, feature = "operator"))]
mod tests;
