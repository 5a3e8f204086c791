//! Vagrant boxes and the catalog that names them: packed from a disk that is there already.
//!
//! A box is a tar.gz with `metadata.json`, a `Vagrantfile` and what its provider needs (Vagrant's documentation,
//! "Box File Format"). Members are sorted and have fixed owners, modes and times; identifiers come from the
//! image's name; so the same disk always gives the same box.

mod archive;
mod catalog;
mod identity;
mod libvirt;
mod pack;
mod provider;
mod recipe;
#[cfg(test)]
mod tests;
mod version;
mod virtualbox;

pub use catalog::{Catalog, catalog_file};
pub use pack::{Disk, pack};
pub use provider::Provider;
pub use recipe::{Recipe, Settings, check_url};
pub use version::Version;
