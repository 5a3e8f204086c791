//! From the merged raw structs to the domain types: every value is judged here, once, at its place.

mod addons;
mod base;
pub mod checks;
mod conflicts;
mod control_plane;
mod disk;
mod files;
mod images;
mod local;
mod names;
mod node;
mod overlay;
mod paths;
mod scope;
mod stages;
mod together;
mod urls;
mod vagrant;

pub use scope::Scope;

use super::model::{Definition, Download};
use super::raw::{RawDefinition, RawDownload, RawFile};
use crate::document::named;
use crate::document::place::{Place, Result};
use std::collections::BTreeMap;

/// `raw` as a [`Definition`]; `at` is the document's root.
pub fn definition(raw: RawDefinition, at: &Place, scope: &Scope) -> Result<Definition> {
    let scope = &scope.with_stages(&raw.stages);
    let name = at.key("name");
    let mut definition = Definition {
        name: name.checked(name.required(raw.name)?, names::image)?,
        directory: scope.directory().to_owned(),
        base: base::base(raw.base, &at.key("base"), scope)?,
        kubernetes: raw.kubernetes.map(|k| node::kubernetes(k, &at.key("kubernetes"), scope)).transpose()?,
        runtime: raw.runtime.map(|r| node::runtime(r, &at.key("runtime"), scope)).transpose()?,
        artifacts: artifacts(raw.artifacts, &at.key("artifacts"), scope)?,
        images: images::images(raw.images, &at.key("images"), scope)?,
        manifests: manifests(raw.manifests, &at.key("manifests"), scope)?,
        charts: BTreeMap::new(),
        addons: BTreeMap::new(),
        stages: stages::stages(raw.stages, &at.key("stages"), scope)?,
        overlay: overlay::overlay(raw.overlay, &at.key("overlay"), scope)?,
        remove: at.key("remove").items(raw.remove, paths::in_image)?,
        units: disk::units(raw.units, &at.key("units"))?,
        disk: disk::disk(raw.disk, &at.key("disk"))?,
        outputs: disk::outputs(raw.outputs, &at.key("outputs"))?,
        vagrant: raw.vagrant.map(|raw| vagrant::settings(raw, &at.key("vagrant"))).transpose()?,
    };
    control_plane::add_images(&mut definition);
    addons::add(&mut definition, raw.addons, &at.key("addons"))?;
    together::add_packages_of_parts(&mut definition);
    together::check(&definition, at)?;
    conflicts::check(&definition, at)?;
    vagrant::check(&definition, at)?;
    Ok(definition)
}

fn artifacts(
    raw: BTreeMap<String, RawFile>,
    at: &Place,
    scope: &Scope,
) -> Result<BTreeMap<String, super::Artifact>> {
    named(raw, at, names::label, |file, at| files::artifact(file, at, scope))
}

fn manifests(
    raw: BTreeMap<String, RawDownload>,
    at: &Place,
    scope: &Scope,
) -> Result<BTreeMap<String, Download>> {
    named(raw, at, names::manifest, |download, at| {
        let url = at.key("url");
        files::download(&url.required(download.url)?, &url, download.sha256, &at.key("sha256"), scope)
    })
}
