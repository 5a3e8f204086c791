//! What an image consists of (image-spec `manifest.md`, `descriptor.md`).

use super::document::{self, malformed};
use super::index::Platform;
use super::prefixed::Prefixed;
use super::{limits, media_type};
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::text::shown;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names a blob; unknown fields are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the blob is.
    pub media_type: String,
    /// Its digest.
    pub digest: Prefixed,
    /// Its size in bytes.
    pub size: u64,
    /// Only of manifests in an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Free text by key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// An image for one platform; unknown fields are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    /// May be missing in OCI's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The image configuration.
    pub config: Descriptor,
    /// The layers, lowest first.
    pub layers: Vec<Descriptor>,
}

impl Descriptor {
    /// Names the blob with that digest and size.
    pub fn new(media_type: &str, sha256: Sha256, size: u64) -> Self {
        let digest = Prefixed(sha256);
        Self { media_type: media_type.into(), digest, size, platform: None, annotations: None }
    }
}

impl Manifest {
    /// An OCI manifest.
    pub fn new(config: Descriptor, layers: Vec<Descriptor>) -> Self {
        Self { schema_version: 2, media_type: Some(media_type::MANIFEST.into()), config, layers }
    }

    /// Parses and checks a manifest in OCI's or docker's form.
    ///
    /// # Errors
    /// Whatever is no manifest of a container image, has more layers or larger ones than imgbuild allows,
    /// or has layers that are to be had from somewhere else.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let manifest: Self = document::parse(bytes, "manifest")?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The media type that stands for this manifest in an index.
    pub fn media_type(&self) -> &str {
        self.media_type.as_deref().unwrap_or(media_type::MANIFEST)
    }

    /// The configuration and all layers.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        std::iter::once(&self.config).chain(&self.layers)
    }

    fn check(&self) -> Result<(), Fault> {
        check_schema(self.schema_version, "manifest")?;
        expect(media_type::is_manifest, self.media_type(), "manifest")?;
        expect(media_type::is_config, &self.config.media_type, "image configuration")?;
        check_size(&self.config, limits::DOCUMENT)?;
        if self.layers.len() > limits::LAYERS {
            let why = format!("it has {} layers, {} are allowed", self.layers.len(), limits::LAYERS);
            return Err(malformed("manifest", &why));
        }
        for layer in &self.layers {
            expect(media_type::is_layer, &layer.media_type, "layer")?;
            check_size(layer, limits::LAYER)?;
        }
        Ok(())
    }
}

/// Docker's schema 1 has no digests of layers as they are served.
pub(super) fn check_schema(version: u32, what: &str) -> Result<(), Fault> {
    match version {
        2 => Ok(()),
        other => Err(malformed(what, &format!("its schema version is {other}, not 2"))),
    }
}

fn expect(accepts: fn(&str) -> bool, media_type: &str, what: &str) -> Result<(), Fault> {
    if accepts(media_type) {
        return Ok(());
    }
    Err(malformed("manifest", &format!("`{}` is no known media type of a {what}", shown(media_type))))
}

fn check_size(blob: &Descriptor, limit: u64) -> Result<(), Fault> {
    match blob.size {
        size if size > 0 && size <= limit => Ok(()),
        size => {
            let digest = blob.digest.0.prefixed();
            Err(malformed("manifest", &format!("{size} bytes of `{digest}` are not from 1 to {limit}")))
        }
    }
}
