//! Members of a box for VirtualBox: an appliance in OVF 1.0 (DMTF DSP0243) with VirtualBox's own description of
//! the machine in it, and its disk.
//!
//! The kernel of the images is one for clouds: it drives the IDE controller and the paravirtualised network card,
//! but neither AHCI nor the cards that VirtualBox emulates.

use super::archive::Members;
use super::identity::Identity;
use super::recipe::Recipe;
use crate::Result;
use crate::layers::entry::Content;
use crate::oci::rfc3339;
use crate::output::vmdk;
use crate::template::Templates;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;

const DISK: &str = "box-disk001.vmdk";
/// Vagrant gives every machine its own.
const CPUS: u16 = 2;
/// Vagrant gives every machine its own; in MiB.
const MEMORY: u32 = 2048;

/// Writes the disk in `raw` as VMDK to `path`.
pub fn write_disk(recipe: &Recipe, raw: &File, path: &Path, jobs: usize) -> Result<()> {
    let identity = vmdk::Identity { file_name: DISK.to_owned(), uuid: Identity::of(&recipe.name).disk };
    let out = fs_err::File::create(path)?;
    vmdk::write(raw, out, &identity, jobs).context("writing the VMDK")
}

/// Adds Vagrantfile, appliance and disk: `vmdk` holds a disk of `size` bytes.
pub fn add(
    members: &mut Members,
    templates: &Templates,
    recipe: &Recipe,
    vmdk: &Path,
    size: u64,
) -> Result<()> {
    let disk = Content::of_file(vmdk)?;
    let identity = Identity::of(&recipe.name);
    let variables = json!({
        "name": recipe.name,
        "time": rfc3339::utc(recipe.epoch),
        "cpus": CPUS,
        "memory": MEMORY,
        "disk_file": DISK,
        "disk_file_size": disk.length(),
        "disk_size": size,
        "disk_uuid": identity.disk.to_string(),
        "machine_uuid": identity.machine.to_string(),
        "mac": identity.mac,
    });
    members.text("Vagrantfile", templates.render("vagrant/box-virtualbox.rb", &variables)?)?;
    members.text("box.ovf", templates.render("vagrant/box.ovf", &variables)?)?;
    members.content(DISK, disk)
}

/// `metadata.json`.
pub fn metadata() -> Value {
    json!({ "provider": "virtualbox" })
}
