//! Addons as data: `addons/NAME/addon.yaml` says where an addon's manifests come from, which images it starts, what
//! it needs of its host, how it is patched and when it is ready.
//!
//! Folders of the project win over those that imgbuild carries. An image definition names the addons to bake;
//! what they consist of becomes part of it, so the lock answers for it. The image's record keeps what is needed to
//! apply them ([`AddonRecord`]); a cluster chooses among them.

mod embedded;
mod folder;
pub mod images;
mod load;
mod model;
mod order;
mod raw;
mod record;
pub mod render;
pub mod schema;
mod validate;
pub mod yaml;

pub use load::load;
pub use model::{Addon, Chart, HostNeeds, Manifest, ManifestSource};
pub use order::ordered;
pub use record::{AddonRecord, RecordedManifest};

/// Names of the addons that imgbuild carries.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    embedded::TABLE.iter().filter_map(|(path, _)| path.strip_suffix("/addon.yaml"))
}

#[cfg(test)]
mod tests;
