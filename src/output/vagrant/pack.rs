//! Packs a disk as a box.

use super::archive::Members;
use super::provider::Provider;
use super::recipe::Recipe;
use super::{libvirt, virtualbox};
use crate::Result;
use crate::atomic;
use crate::template::Templates;
use anyhow::Context as _;
use serde_json::Value;
use std::fs::File;
use std::path::Path;

/// The same disk in the two forms that boxes are made of.
#[derive(Clone, Copy)]
pub struct Disk<'a> {
    /// As it is, sparse.
    pub raw: &'a File,
    /// As compressed qcow2; it goes into libvirt's box unchanged.
    pub qcow2: &'a Path,
}

impl Disk<'_> {
    /// Its bytes, as a machine sees it.
    fn size(&self) -> Result<u64> {
        Ok(self.raw.metadata()?.len())
    }
}

/// Writes the box of `disk` for `provider` to `path`; compresses on `jobs` threads, which changes no byte.
pub fn pack(provider: Provider, recipe: &Recipe, disk: Disk, path: &Path, jobs: usize) -> Result<()> {
    let packed = match provider {
        Provider::Libvirt => pack_libvirt(recipe, disk, path),
        Provider::Virtualbox => pack_virtualbox(recipe, disk, path, jobs),
    };
    packed.with_context(|| format!("packing the {provider} box"))
}

fn pack_libvirt(recipe: &Recipe, disk: Disk, path: &Path) -> Result<()> {
    let mut members = Members::new(recipe);
    libvirt::add(&mut members, &Templates::embedded()?, disk.qcow2)?;
    write(members, &libvirt::metadata(recipe, disk.size()?), path)
}

/// A tar says how long a member is before the member itself, so the VMDK must be there first.
fn pack_virtualbox(recipe: &Recipe, disk: Disk, path: &Path, jobs: usize) -> Result<()> {
    let folder = path.parent().context("a box has a folder")?;
    let vmdk = tempfile::Builder::new().prefix(".imgbuild-").suffix(".vmdk").tempfile_in(folder)?;
    virtualbox::write_disk(recipe, disk.raw, vmdk.path(), jobs)?;
    let mut members = Members::new(recipe);
    virtualbox::add(&mut members, &Templates::embedded()?, recipe, vmdk.path(), disk.size()?)?;
    write(members, &virtualbox::metadata(), path)
}

fn write(mut members: Members, metadata: &Value, path: &Path) -> Result<()> {
    members.text("metadata.json", serde_json::to_string_pretty(metadata)? + "\n")?;
    atomic::write_with(path, |out| members.write(out))
}
