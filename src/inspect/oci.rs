//! Container images that are baked in, read from their OCI layout.
//!
//! Only what the index leads to is followed, by digest, so no path comes from the data.
//! OCI image specification 1.1: `image-layout.md`, `image-index.md`, `manifest.md`.

use super::ext4::FileSystem;
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::oci::LAYOUT;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An index may lead to further ones, one for several architectures; deeper nesting is not real.
const MOST_NESTING: u32 = 3;

/// A container image of the layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContainerImage {
    /// `registry/repository:tag`, or the digest if the index has no name for it.
    pub name: String,
    /// Of the manifest.
    pub digest: Sha256,
    /// Manifest, configuration and layers: digest and bytes.
    pub blobs: BTreeMap<Sha256, u64>,
}

impl ContainerImage {
    /// Bytes of all blobs, shared ones too.
    pub fn size(&self) -> u64 {
        self.blobs.values().fold(0, |sum, size| sum.saturating_add(*size))
    }
}

/// Path of a blob.
pub fn blob_path(digest: &Sha256) -> String {
    format!("{LAYOUT}/blobs/sha256/{digest}")
}

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    manifests: Vec<Descriptor>,
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: Sha256,
    size: u64,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl Descriptor {
    fn name(&self) -> String {
        let keys = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
        let name = keys.iter().find_map(|key| self.annotations.get(*key));
        name.cloned().unwrap_or_else(|| self.digest.prefixed())
    }
}

/// The images in the layout, by name; none if there is no layout.
pub fn read(files: &FileSystem) -> Result<Vec<ContainerImage>> {
    let path = format!("{LAYOUT}/index.json");
    let Some(bytes) = files.read(&path)? else { return Ok(Vec::new()) };
    let index: Index = parse(&path, &bytes)?;
    let mut images = Vec::new();
    for descriptor in &index.manifests {
        let mut blobs = BTreeMap::new();
        collect(files, descriptor, MOST_NESTING, &mut blobs)?;
        images.push(ContainerImage { name: descriptor.name(), digest: descriptor.digest, blobs });
    }
    images.sort_by(|a, b| (&a.name, a.digest).cmp(&(&b.name, b.digest)));
    Ok(images)
}

/// Adds what the manifest or index `descriptor` leads to; what the layout does not hold is left out, since
/// images of other architectures need not be there.
fn collect(
    files: &FileSystem,
    descriptor: &Descriptor,
    nesting: u32,
    blobs: &mut BTreeMap<Sha256, u64>,
) -> Result<()> {
    let path = blob_path(&descriptor.digest);
    let Some(bytes) = files.read(&path)? else { return Ok(()) };
    blobs.insert(descriptor.digest, bytes.len() as u64);
    let manifest: Manifest = parse(&path, &bytes)?;
    blobs.extend(manifest.config.iter().chain(&manifest.layers).map(|blob| (blob.digest, blob.size)));
    if nesting == 0 {
        return Ok(());
    }
    manifest.manifests.iter().try_for_each(|inner| collect(files, inner, nesting - 1, blobs))
}

fn parse<T: for<'a> Deserialize<'a>>(path: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| damaged(path, &error))
}

/// The error for a JSON file of the image that is not as it should be.
pub(super) fn damaged(path: &str, error: &serde_json::Error) -> anyhow::Error {
    Fault::input(format!("`{path}` in the image is not as a bake writes it: {error}"))
        .hint(crate::inspect::DAMAGED)
        .into()
}
