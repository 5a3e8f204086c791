//! The baked images, as the bake has laid them out.

use crate::digest::Sha256;
use crate::node::configuration::OCI_LAYOUT;
use crate::node::failure::Failure;
use crate::node::host::Host;
use crate::oci::document;
use crate::oci::index::Index;
use crate::oci::manifest::{Descriptor, Manifest};
use std::path::PathBuf;

/// How the bake names images in the index; what `ctr images import` goes by.
const NAME: &str = "io.containerd.image.name";

/// The folder with all images.
pub struct Layout {
    folder: PathBuf,
    index: Index,
}

/// One image of it.
#[derive(Debug, Clone)]
pub struct Image {
    /// Its entry in the index.
    pub entry: Descriptor,
    /// Digest of its manifest.
    pub manifest: Sha256,
    /// Its configuration.
    pub config: Descriptor,
    /// Its layers.
    pub layers: Vec<Descriptor>,
}

impl Layout {
    /// The layout of this host.
    pub fn open(host: &impl Host) -> Result<Self, Failure> {
        let folder = host.path(OCI_LAYOUT);
        let bytes = document::read(&folder.join("index.json"), "index of baked images")?;
        let index = document::parse(&bytes, "index of baked images")?;
        Ok(Self { folder, index })
    }

    /// The image with that reference.
    pub fn image(&self, reference: &str) -> Result<Image, Failure> {
        let named = |entry: &&Descriptor| {
            entry.annotations.as_ref().and_then(|all| all.get(NAME)).is_some_and(|name| name == reference)
        };
        let entry = self.index.manifests.iter().find(named).ok_or_else(|| {
            Failure::Never(format!("`{reference}` is not baked into this image: bake one that has it"))
        })?;
        let manifest = entry.digest.0;
        let bytes = document::read(&self.blob(manifest), "manifest")?;
        let Manifest { config, layers, .. } = Manifest::parse(&bytes)?;
        Ok(Image { entry: entry.clone(), manifest, config, layers })
    }

    /// The file with that digest.
    pub fn blob(&self, digest: Sha256) -> PathBuf {
        self.folder.join("blobs/sha256").join(digest.to_string())
    }
}
