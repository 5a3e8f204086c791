//! Bill of materials and provenance beside the outputs.

use super::Bakery;
use super::materials::Materials;
use super::outputs::{Output, Paper};
use crate::Result;
use crate::digest::Sha256;
use crate::oci::compose::MANIFEST_FILE;
use crate::oci::document;
use crate::oci::manifest::Manifest;
use crate::papers::{self, Composed, Subject, provenance, spdx};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Writes both into `folder`.
pub fn write(
    bakery: &Bakery,
    materials: &Materials,
    outputs: &BTreeMap<String, Output>,
    folder: &Path,
) -> Result<BTreeMap<String, Paper>> {
    let composed = composed(&materials.images)?;
    let subject = Subject {
        locked: bakery.locked,
        plan: &bakery.plan,
        facts: &materials.facts,
        composed: &composed,
        agent: bakery.agent.as_ref().map(|agent| agent.sha256),
    };
    let image = &bakery.locked.definition().name;
    let (sbom, proof) = (papers::sbom_name(image), papers::provenance_name(image));
    let mut written = BTreeMap::new();
    written.insert(sbom.clone(), Paper::write(&folder.join(&sbom), &spdx::document(&subject)?)?);
    let outputs = outputs.iter().map(|(name, output)| (name.clone(), output.sha256)).collect();
    let byproducts = BTreeMap::from([(sbom.clone(), written[&sbom].sha256)]);
    let statement = provenance::statement(&subject, &outputs, &byproducts)?;
    written.insert(proof.clone(), Paper::write(&folder.join(&proof), &statement)?);
    Ok(written)
}

fn composed(images: &BTreeMap<String, PathBuf>) -> Result<BTreeMap<String, Composed>> {
    let read = |(reference, folder): (&String, &PathBuf)| {
        let bytes = document::read(&folder.join(MANIFEST_FILE), "manifest")?;
        let image = Composed { digest: Sha256::of(&bytes), manifest: Manifest::parse(&bytes)? };
        Ok((reference.clone(), image))
    };
    images.iter().map(read).collect()
}
