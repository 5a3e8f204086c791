//! The folder that holds all baked images, each blob once (image-spec `image-layout.md`).
//!
//! `ctr images import` names images by `io.containerd.image.name`, skopeo and umoci by the other annotation.

use super::compose::{CONFIG_FILE, LAYER_FILE, MANIFEST_FILE};
use super::config::ImageConfig;
use super::index::Index;
use super::manifest::{Descriptor, Manifest};
use super::verified::Verified;
use super::{document, media_type};
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::layers::entry::{Content, Entry};
use crate::layers::path::join;
use crate::layers::tree::Tree;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::Path;

/// Where the layout is in an image.
pub const LAYOUT: &str = "var/lib/imgbuild/oci";

const NAME_ANNOTATIONS: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
const VERSION: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// Collects images.
#[derive(Debug, Default)]
pub struct Layout {
    images: BTreeMap<String, Descriptor>,
    blobs: BTreeMap<Sha256, Verified>,
}

impl Layout {
    /// Adds an image; `blobs` are its configuration and layers. Further blobs are passed over.
    ///
    /// # Errors
    /// [`crate::error::Kind::Mismatch`] if a blob has another size than the manifest says, others if a blob is
    /// missing, the manifest is not acceptable, or the reference is there already.
    pub fn add(&mut self, reference: &str, manifest: &Path, blobs: &[Verified]) -> Result<()> {
        self.place(reference, manifest, blobs).with_context(|| adding(reference))
    }

    /// Adds the image that [`super::compose()`] has left in `folder`; its layer is not hashed again.
    pub fn add_composed(&mut self, reference: &str, folder: &Path) -> Result<()> {
        let manifest = folder.join(MANIFEST_FILE);
        let blobs = composed_blobs(folder, &manifest).with_context(|| adding(reference))?;
        self.add(reference, &manifest, &blobs)
    }

    /// The tree with `oci-layout`, `index.json` and `blobs/sha256` below [`LAYOUT`]; blobs stay in their files.
    pub fn into_tree(self, epoch: u64) -> Result<Tree> {
        let mut tree = Tree::new(epoch);
        let index = Index {
            schema_version: 2,
            media_type: Some(media_type::INDEX.into()),
            manifests: self.images.into_values().collect(),
        };
        put(&mut tree, "oci-layout", Content::Bytes(VERSION.to_vec()))?;
        put(&mut tree, "index.json", Content::Bytes(document::bytes(&index)?))?;
        tree.insert(&join(LAYOUT, "blobs/sha256"), Entry::directory(0o755))?;
        for (sha256, blob) in self.blobs {
            let content = Content::Range { file: blob.path().to_owned(), offset: 0, length: blob.size() };
            put(&mut tree, &format!("blobs/sha256/{sha256}"), content)?;
        }
        Ok(tree)
    }

    fn place(&mut self, reference: &str, path: &Path, blobs: &[Verified]) -> Result<()> {
        let bytes = document::read(path, "manifest")?;
        let manifest = Manifest::parse(&bytes)?;
        let blobs: BTreeMap<Sha256, &Verified> = blobs.iter().map(|blob| (blob.sha256(), blob)).collect();
        for named in manifest.blobs() {
            self.blobs.insert(named.digest.0, found(named, &blobs)?.clone());
        }
        let sha256 = Sha256::of(&bytes);
        self.blobs.insert(sha256, Verified::vouched(sha256, path)?);
        let config = document::read(blobs[&manifest.config.digest.0].path(), "image configuration")?;
        let platform = ImageConfig::parse(&config, manifest.layers.len())?.platform;
        let mut descriptor = Descriptor::new(manifest.media_type(), sha256, bytes.len() as u64);
        descriptor.platform = Some(platform);
        descriptor.annotations = Some(NAME_ANNOTATIONS.map(|key| (key.into(), reference.into())).into());
        match self.images.insert(reference.into(), descriptor) {
            None => Ok(()),
            Some(_) => {
                Err(Fault::input("the reference is there already").hint("add every image once").into())
            }
        }
    }
}

fn adding(reference: &str) -> String {
    format!("adding image `{reference}`")
}

fn put(tree: &mut Tree, path: &str, content: Content) -> Result<()> {
    tree.insert(&join(LAYOUT, path), Entry::file(content, 0o644))
}

fn found<'a>(named: &Descriptor, blobs: &BTreeMap<Sha256, &'a Verified>) -> Result<&'a Verified, Fault> {
    let digest = named.digest.0.prefixed();
    match blobs.get(&named.digest.0) {
        Some(blob) if blob.size() == named.size => Ok(blob),
        Some(blob) => {
            let message =
                format!("blob `{digest}` has {} bytes, its manifest says {}", blob.size(), named.size);
            Err(Fault::mismatch(message).hint("make the lock again with `imgbuild lock --update`"))
        }
        None => Err(Fault::input(format!("blob `{digest}`, which its manifest names, is not there"))
            .hint("make the lock again with `imgbuild lock --update`")),
    }
}

/// The configuration is small, so it is hashed; the layer was hashed while it was written.
fn composed_blobs(folder: &Path, manifest: &Path) -> Result<Vec<Verified>> {
    let manifest = Manifest::parse(&document::read(manifest, "manifest")?)?;
    let layers =
        manifest.layers.iter().map(|layer| Verified::vouched(layer.digest.0, &folder.join(LAYER_FILE)));
    let config = Verified::check(manifest.config.digest.0, &folder.join(CONFIG_FILE));
    layers.chain([config]).collect()
}

#[cfg(test)]
mod tests;
