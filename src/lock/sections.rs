//! Which part of a definition each section of a lock answers: the digests that show a lock to be stale.

use super::files::files;
use super::roots::roots;
use crate::Result;
use crate::addon::ManifestSource;
use crate::definition::{Definition, Download, Image, Source};
use crate::digest::Sha256;
use crate::stages::tools;
use serde_json::json;
use std::collections::BTreeMap;

/// How the sections of local files begin; the rest is a path below the project.
pub const FILE: &str = "file/";

/// Section name to the digest of what it answers.
pub fn sections(definition: &Definition) -> Result<BTreeMap<String, Sha256>> {
    let mut sections = BTreeMap::new();
    let base = &definition.base;
    for (name, root) in roots(definition) {
        let archives = if root.tools {
            json!([tools::SUITE])
        } else {
            json!([base.distribution, base.suites, base.components, base.repositories])
        };
        sections.insert(name, digest(&json!([root, archives]))?);
    }
    for (name, stage) in &definition.stages {
        sections.insert(
            format!("sources/{name}"),
            digest(&json!([base.suites, base.components, stage.sources]))?,
        );
    }
    for download in downloads(definition) {
        sections.insert(format!("download/{}", download.url), digest(&json!(download))?);
    }
    for (name, wanted) in manifests(definition) {
        sections.insert(format!("manifest/{name}"), digest(&wanted)?);
    }
    for (reference, image) in &definition.images {
        if let Image::Pull { digest: pinned } = image {
            let wanted = json!([reference, pinned, base.architecture]);
            sections.insert(format!("pull/{reference}"), digest(&wanted)?);
        }
    }
    for (path, sha256) in files(definition)? {
        sections.insert(format!("{FILE}{path}"), sha256);
    }
    Ok(sections)
}

fn digest(value: &serde_json::Value) -> Result<Sha256> {
    Ok(Sha256::of(serde_json::to_vec(value)?))
}

/// What decides about the text of each manifest, and about the images that it names.
fn manifests(definition: &Definition) -> BTreeMap<&String, serde_json::Value> {
    let mut manifests = BTreeMap::new();
    let architecture = definition.base.architecture;
    for (name, download) in &definition.manifests {
        manifests.insert(name, json!([download, architecture]));
    }
    let version = definition.kubernetes.as_ref().map(|kubernetes| kubernetes.version);
    for (name, chart) in &definition.charts {
        manifests.insert(name, json!([chart, architecture, version]));
    }
    for manifest in definition.addons.values().flat_map(|addon| &addon.manifests) {
        if let ManifestSource::Text(_) | ManifestSource::Template(_) = &manifest.source {
            manifests.insert(&manifest.name, json!([manifest, architecture]));
        }
    }
    manifests
}

/// Every download that `definition` names, wherever it does.
pub fn downloads(definition: &Definition) -> Vec<&Download> {
    let charts = definition.charts.values().map(|chart| &chart.download);
    let named = definition.manifests.values().chain(charts);
    let composed = definition.images.values().flat_map(|image| match image {
        Image::Compose(compose) => compose.files.values().map(|file| &file.source).collect(),
        Image::Pull { .. } => Vec::new(),
    });
    let placed = definition.all_artifacts().into_values().map(|artifact| &artifact.source);
    named.chain(placed.chain(composed).filter_map(download_of)).collect()
}

fn download_of(source: &Source) -> Option<&Download> {
    match source {
        Source::File(download) | Source::Archive { download, .. } => Some(download),
        Source::Stage { .. } | Source::Local(_) => None,
    }
}
