//! Members of a box for `vagrant-libvirt` (its documentation, "Box Formats").

use super::archive::Members;
use super::recipe::Recipe;
use crate::Result;
use crate::layers::entry::Content;
use crate::template::Templates;
use serde_json::{Value, json};
use std::path::Path;

/// The file name that version 1 of the format prescribes, and version 2 names.
const DISK: &str = "box.img";
const GIB: u64 = 1 << 30;

/// Adds Vagrantfile and disk.
pub fn add(members: &mut Members, templates: &Templates, qcow2: &Path) -> Result<()> {
    members.text("Vagrantfile", templates.render("vagrant/box-libvirt.rb", &json!({}))?)?;
    members.content(DISK, Content::of_file(qcow2)?)
}

/// `metadata.json`. Version 1 counts whole GiB; a disk may not be smaller than the image in it.
pub fn metadata(recipe: &Recipe, size: u64) -> Value {
    if recipe.settings.disks {
        json!({ "provider": "libvirt", "disks": [{ "path": DISK }] })
    } else {
        json!({ "provider": "libvirt", "format": "qcow2", "virtual_size": size.div_ceil(GIB) })
    }
}
