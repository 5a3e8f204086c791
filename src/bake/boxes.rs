//! Vagrant boxes of a disk, and the catalog beside them.

use super::Bakery;
use super::outputs::{Output, Paper};
use crate::Result;
use crate::context::Context;
use crate::output::vagrant::{self, Catalog, Disk, Provider, Recipe};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::Path;

/// What was packed, by file name.
pub struct Packed {
    /// The boxes.
    pub boxes: BTreeMap<String, Output>,
    /// The catalog of them; none if there are no boxes.
    pub catalog: BTreeMap<String, Paper>,
}

/// Writes the boxes that the definition asks for to `staging`, where `outputs` are already, the qcow2 among them; none
/// if it asks for none.
pub fn write(
    bakery: &Bakery,
    raw: &Path,
    staging: &Path,
    outputs: &BTreeMap<String, Output>,
) -> Result<Packed> {
    let definition = bakery.locked.definition();
    let providers: Vec<Provider> = definition.outputs.iter().copied().filter_map(Provider::of).collect();
    if providers.is_empty() {
        return Ok(Packed { boxes: BTreeMap::new(), catalog: BTreeMap::new() });
    }
    let file = format!("{}.qcow2", definition.name);
    let qcow2 = staging.join(&file);
    let recipe = Recipe {
        name: definition.name.clone(),
        architecture: definition.base.architecture,
        epoch: bakery.locked.lock().epoch,
        image: outputs.get(&file).context("boxes are packed from a qcow2")?.sha256,
        settings: definition.vagrant.clone().unwrap_or_default(),
    };
    let raw = fs_err::File::open(raw)?;
    pack(bakery.context, &recipe, &providers, Disk { raw: raw.file(), qcow2: &qcow2 }, staging)
}

/// Writes boxes of `disk` for `providers` to `folder`, and their catalog.
pub fn pack(
    context: &Context,
    recipe: &Recipe,
    providers: &[Provider],
    disk: Disk,
    folder: &Path,
) -> Result<Packed> {
    let (mut boxes, mut digests) = (BTreeMap::new(), BTreeMap::new());
    for provider in providers {
        context.report.step(format!("packing the {provider} box"));
        let name = provider.box_file(&recipe.name);
        let path = folder.join(&name);
        vagrant::pack(*provider, recipe, disk, &path, context.jobs)?;
        let output = Output::of_file(provider.format(), &path)?;
        digests.insert(*provider, output.sha256);
        boxes.insert(name, output);
    }
    let name = vagrant::catalog_file(&recipe.name);
    let paper = Paper::write(&folder.join(&name), &Catalog::of(recipe, &digests))?;
    Ok(Packed { boxes, catalog: BTreeMap::from([(name, paper)]) })
}
