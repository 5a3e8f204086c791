//! Boxes of an image that is baked already.

use super::boxes;
use super::image_record::ImageRecord;
use super::outputs::{Manifest, Output};
use crate::Result;
use crate::context::Context;
use crate::definition::Format;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::inspect;
use crate::output::qcow2;
use crate::output::vagrant::{Disk, Provider, Recipe, Settings, Version};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What boxes are wanted; what is not said here is as the definition says.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// For these; none means all that the image can have.
    pub providers: Vec<Provider>,
    /// Version of the boxes.
    pub version: Option<Version>,
    /// URL of the folder that boxes will be downloaded from.
    pub url: Option<String>,
    /// libvirt's second format.
    pub disks: bool,
}

/// Packs the image in the folder `image` as boxes in the folder `to`. The disk stays as it was baked.
pub fn repack(
    context: &Context,
    image: &Path,
    request: &Request,
    to: &Path,
) -> Result<BTreeMap<String, Output>> {
    let manifest = Manifest::read(image)?;
    let (qcow2, digest) = intact_qcow2(&manifest, image)?;
    let record = inspect::image_record(&qcow2)?;
    require_login(&record)?;
    let providers = request.providers_for(&record)?;
    let recipe = request.recipe(&record, &manifest, digest)?;
    fs_err::create_dir_all(to)?;
    let raw = raw(&manifest, image, &qcow2, to)?;
    Ok(boxes::pack(context, &recipe, &providers, Disk { raw: &raw, qcow2: &qcow2 }, to)?.boxes)
}

impl Request {
    fn providers_for(&self, record: &ImageRecord) -> Result<Vec<Provider>, Fault> {
        let mut providers =
            if self.providers.is_empty() { Provider::ALL.to_vec() } else { self.providers.clone() };
        providers.sort_unstable();
        providers.dedup();
        let impossible = |provider: &Provider| !provider.runs(record.architecture);
        if self.providers.is_empty() {
            providers.retain(|provider| !impossible(provider));
        }
        match providers.iter().find(|provider| impossible(provider)) {
            None => Ok(providers),
            Some(provider) => {
                Err(Fault::input(format!("there is no {provider} box for `{}`", record.architecture))
                    .hint("leave out `--provider`"))
            }
        }
    }

    fn recipe(&self, record: &ImageRecord, manifest: &Manifest, image: Sha256) -> Result<Recipe> {
        let settings = manifest.definition.get("vagrant").cloned().unwrap_or_default();
        let defined: Settings =
            serde_json::from_value(settings).context("reading the manifest's definition")?;
        Ok(Recipe {
            name: record.name.clone(),
            architecture: record.architecture,
            epoch: record.epoch,
            image,
            settings: Settings {
                version: self.version.clone().or(defined.version),
                url: self.url.clone().or(defined.url),
                disks: self.disks || defined.disks,
            },
        })
    }
}

/// The qcow2 of the image, if it still is what was baked, and its digest.
fn intact_qcow2(manifest: &Manifest, image: &Path) -> Result<(PathBuf, Sha256)> {
    let (name, output) = manifest.output(Format::Qcow2).ok_or_else(|| {
        Fault::input(format!("`{}` has no qcow2, which boxes are packed from", image.display()))
            .hint("add `qcow2` to the `outputs` of its definition and bake it")
    })?;
    let path = image.join(name);
    if Sha256::of_file(&path)? == output.sha256 {
        return Ok((path, output.sha256));
    }
    Err(Fault::mismatch(format!("`{}` is not what was baked", path.display()))
        .hint("bake the image again")
        .into())
}

fn require_login(record: &ImageRecord) -> Result<(), Fault> {
    if record.vagrant {
        return Ok(());
    }
    Err(Fault::input(format!("image `{}` has nothing that Vagrant could log in with", record.name))
        .hint("bake one whose definition extends `vagrant.yaml`, such as `debian-12-archive-vagrant`"))
}

/// The raw disk: the image's own, or unpacked from `qcow2` into a file that goes away by itself.
fn raw(manifest: &Manifest, image: &Path, qcow2: &Path, folder: &Path) -> Result<File> {
    if let Some((name, _)) = manifest.output(Format::Raw) {
        return Ok(fs_err::File::open(image.join(name))?.into_file());
    }
    let raw = tempfile::tempfile_in(folder).context("making a file for the unpacked disk")?;
    let image = fs_err::File::open(qcow2)?;
    qcow2::unpack(image, &raw).with_context(|| format!("unpacking `{}`", qcow2.display()))?;
    Ok(raw)
}
