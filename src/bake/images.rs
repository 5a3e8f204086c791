//! Container images: composing those that are made of files, laying out all of them.

use super::Bakery;
use super::materials::Materials;
use crate::Result;
use crate::apt::deb;
use crate::definition::{Compose, Image};
use crate::digest::Sha256;
use crate::layers::entry::{Content, Entry};
use crate::layers::path;
use crate::layers::tree::Tree;
use crate::lock::image_root;
use crate::oci::{self, Verified};
use crate::plan::Workplace;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Composes the image `reference` into the folder of `place`.
pub fn compose(bakery: &Bakery, materials: &Materials, reference: &str, place: &Workplace) -> Result<()> {
    let definition = bakery.locked.definition();
    let Image::Compose(compose) = &definition.images[reference] else {
        anyhow::bail!("`{reference}` is not composed");
    };
    let tree = image_tree(bakery, materials, reference, compose, place)?;
    let recipe = oci::Recipe {
        reference,
        entrypoint: &compose.entrypoint,
        command: &compose.command,
        environment: &compose.environment,
        user: &compose.user,
        architecture: definition.base.architecture,
        epoch: bakery.locked.lock().epoch,
    };
    oci::compose(&recipe, &tree, &place.out).map(drop)
}

fn image_tree(
    bakery: &Bakery,
    materials: &Materials,
    reference: &str,
    compose: &Compose,
    place: &Workplace,
) -> Result<Tree> {
    let epoch = bakery.locked.lock().epoch;
    let mut tree = Tree::new(epoch);
    if !compose.packages.is_empty() {
        let debs: Vec<PathBuf> =
            bakery.deb_files(&image_root(reference))?.into_iter().map(|(_, path)| path).collect();
        let spool = place.folder("spool")?;
        tree = deb::tree(&debs, &compose.path_exclude, &spool, epoch, bakery.context.jobs)?;
    }
    for (absolute, file) in &compose.files {
        let source = materials.file(bakery, &file.source)?;
        let entry = Entry::file(Content::of_file(&source)?, file.mode);
        tree.insert(&path::from_absolute(absolute)?, entry)?;
    }
    for (absolute, target) in &compose.links {
        tree.insert(&path::from_absolute(absolute)?, Entry::symlink(target))?;
    }
    Ok(tree)
}

/// All images of the definition in one OCI layout.
pub fn layout(bakery: &Bakery, materials: &Materials) -> Result<Tree> {
    let mut layout = oci::Layout::default();
    for (reference, folder) in &materials.images {
        layout.add_composed(reference, folder)?;
    }
    for (reference, image) in &bakery.locked.lock().images {
        let blobs = image.layers.iter().chain([&image.config]);
        // the store hashes a blob before it gives out its path
        let blobs = blobs.map(|blob| Verified::vouched(blob.sha256, &bakery.store.file(&blob.sha256)?));
        let blobs = blobs.collect::<Result<Vec<Verified>>>()?;
        layout.add(reference, &bakery.store.file(&image.manifest.sha256)?, &blobs)?;
    }
    layout.into_tree(bakery.locked.lock().epoch).context("laying out the container images")
}

/// Manifest digest of every image, by reference.
pub fn digests(bakery: &Bakery, materials: &Materials) -> Result<BTreeMap<String, Sha256>> {
    let mut digests = BTreeMap::new();
    for (reference, folder) in &materials.images {
        digests.insert(reference.clone(), Sha256::of_file(&folder.join("manifest.json"))?);
    }
    for (reference, image) in &bakery.locked.lock().images {
        digests.insert(reference.clone(), image.manifest.sha256);
    }
    Ok(digests)
}
