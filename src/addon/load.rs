//! From a name to an addon.

use super::folder::Folder;
use super::raw::RawAddon;
use super::{Addon, validate};
use crate::Result;
use crate::architecture::Architecture;
use crate::document::Document;
use crate::error::Fault;
use std::path::Path;

/// The addon called `name`, for a definition in `directory` that is read for `architecture`.
///
/// # Errors
/// There is none of that name, or its description is not acceptable.
pub fn load(directory: &Path, name: &str, architecture: Architecture) -> Result<Addon> {
    let folder = Folder::find(directory, name).ok_or_else(|| missing(name))?;
    let document = Document::read::<RawAddon>(&folder.read_description()?, &folder.description())?;
    Ok(validate::addon(name, document.typed()?, &document.root(), &folder, architecture)?)
}

fn missing(name: &str) -> Fault {
    let known: Vec<&str> = super::shipped().collect();
    Fault::input(format!("there is no addon `{name}`"))
        .hint(format!("write `addons/{name}/addon.yaml`, or use one of {}", known.join(", ")))
}
