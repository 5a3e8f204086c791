//! The catalog: a JSON file that tells Vagrant which versions of a box there are, where, and their digests (Vagrant's
//! documentation, "Box Versioning"; fields as `Vagrant::BoxMetadata` reads them).

use super::provider::Provider;
use super::recipe::Recipe;
use super::version::Version;
use crate::architecture::Architecture;
use crate::digest::Sha256;
use serde::Serialize;
use std::collections::BTreeMap;

/// A catalog of one version.
#[derive(Debug, Clone, Serialize)]
pub struct Catalog {
    name: String,
    description: String,
    versions: [Entry; 1],
}

#[derive(Debug, Clone, Serialize)]
struct Entry {
    version: Version,
    providers: Vec<BoxEntry>,
}

#[derive(Debug, Clone, Serialize)]
struct BoxEntry {
    name: Provider,
    url: String,
    checksum_type: &'static str,
    checksum: Sha256,
    architecture: Architecture,
    default_architecture: bool,
}

/// File name of the catalog of the image called `image`.
pub fn catalog_file(image: &str) -> String {
    format!("{image}.json")
}

impl Catalog {
    /// Of these boxes: provider to digest.
    pub fn of(recipe: &Recipe, boxes: &BTreeMap<Provider, Sha256>) -> Self {
        let entry = |(provider, sha256): (&Provider, &Sha256)| BoxEntry {
            name: *provider,
            url: url(recipe, &provider.box_file(&recipe.name)),
            checksum_type: "sha256",
            checksum: *sha256,
            architecture: recipe.architecture,
            default_architecture: true,
        };
        Self {
            name: recipe.name.clone(),
            description: format!("Kubernetes node image `{}`, made by imgbuild", recipe.name),
            versions: [Entry { version: recipe.version(), providers: boxes.iter().map(entry).collect() }],
        }
    }
}

fn url(recipe: &Recipe, file: &str) -> String {
    match &recipe.settings.url {
        Some(base) => format!("{}/{file}", base.trim_end_matches('/')),
        None => file.to_owned(),
    }
}
