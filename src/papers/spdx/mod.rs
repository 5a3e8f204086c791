//! The bill of materials: an SPDX 2.3 document in JSON.
//!
//! It names the debs of the root file system, files that were downloaded or built with the sources that they were
//! built from, addon manifests, and container images with their layers and what they were composed of. What only
//! takes part in the making (build roots, the tools root) is in the provenance.

mod containers;
mod debs;
mod draft;
mod files;
pub mod model;

pub use model::Document;

use super::Subject;
use crate::Result;
use crate::error::Fault;
use crate::identity;
use crate::lock::BASE;
use crate::oci::rfc3339;
use draft::Draft;
use model::{CreationInfo, DOCUMENT, Package};
use std::path::Path;

/// The image itself.
const IMAGE: &str = "SPDXRef-Image";

/// The bill of materials of `subject`.
pub fn document(subject: &Subject) -> Result<Document> {
    let definition = subject.locked.definition();
    let mut draft = Draft::default();
    draft.add(Package::new(IMAGE.into(), &definition.name).purpose("OPERATING-SYSTEM"));
    draft.relate(DOCUMENT, "DESCRIBES", IMAGE);
    debs::add(&mut draft, subject, BASE, IMAGE)?;
    files::add(&mut draft, subject)?;
    containers::add(&mut draft, subject)?;
    let key = subject.plan.disk.key.to_string();
    let (packages, relationships, has_extracted_licensing_infos) = draft.finish();
    Ok(Document {
        spdx_version: "SPDX-2.3".into(),
        data_license: "CC0-1.0".into(),
        id: DOCUMENT.into(),
        name: definition.name.clone(),
        document_namespace: format!("urn:uuid:{}", identity::uuid(&definition.name, &key)),
        creation_info: CreationInfo {
            created: rfc3339::utc(subject.locked.lock().epoch),
            creators: vec![format!("Tool: imgbuild-{}", env!("CARGO_PKG_VERSION"))],
        },
        packages,
        has_extracted_licensing_infos,
        relationships,
    })
}

/// Reads the document at `path`.
pub fn read(path: &Path) -> Result<Document> {
    serde_json::from_slice(&fs_err::read(path)?).map_err(|error| {
        Fault::input(format!("`{}` is no bill of materials in SPDX 2.3: {error}", path.display()))
            .hint("give the `.spdx.json` that `imgbuild bake` wrote")
            .into()
    })
}

#[cfg(test)]
mod tests;
