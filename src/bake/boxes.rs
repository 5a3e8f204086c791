//! Vagrant boxes of a disk, and the catalog beside them.

use super::Bakery;
use super::outputs::Output;
use crate::Result;
use crate::atomic;
use crate::context::Context;
use crate::output::vagrant::{self, Catalog, Disk, Provider, Recipe};
use std::collections::BTreeMap;
use std::path::Path;

/// Writes the boxes that the definition asks for to `staging`, where the qcow2 is already; none if it asks for
/// none.
pub fn write(bakery: &Bakery, raw: &Path, staging: &Path) -> Result<BTreeMap<String, Output>> {
    let definition = bakery.locked.definition();
    let providers: Vec<Provider> = definition.outputs.iter().copied().filter_map(Provider::of).collect();
    let recipe = Recipe {
        name: definition.name.clone(),
        architecture: definition.base.architecture,
        epoch: bakery.locked.lock().epoch,
        settings: definition.vagrant.clone().unwrap_or_default(),
    };
    let raw = fs_err::File::open(raw)?;
    let qcow2 = staging.join(format!("{}.qcow2", definition.name));
    pack(bakery.context, &recipe, &providers, Disk { raw: raw.file(), qcow2: &qcow2 }, staging)
}

/// Writes boxes of `disk` for `providers` to `folder`, and their catalog.
pub fn pack(
    context: &Context,
    recipe: &Recipe,
    providers: &[Provider],
    disk: Disk,
    folder: &Path,
) -> Result<BTreeMap<String, Output>> {
    let (mut outputs, mut digests) = (BTreeMap::new(), BTreeMap::new());
    for provider in providers {
        context.report.step(format!("packing the {provider} box"));
        let name = provider.box_file(&recipe.name);
        let path = folder.join(&name);
        vagrant::pack(*provider, recipe, disk, &path, context.jobs)?;
        let output = Output::of_file(provider.format(), &path)?;
        digests.insert(*provider, output.sha256);
        outputs.insert(name, output);
    }
    if !digests.is_empty() {
        let catalog = serde_json::to_string_pretty(&Catalog::of(recipe, &digests))? + "\n";
        atomic::write(&folder.join(vagrant::catalog_file(&recipe.name)), catalog)?;
    }
    Ok(outputs)
}
