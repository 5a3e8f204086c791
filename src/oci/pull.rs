//! What a reference names, for the lock: the manifest, configuration and layers for one platform.
//!
//! Nothing that a registry says is believed without its digest, but for what an unpinned tag names.

use super::config::ImageConfig;
use super::document::{self, malformed};
use super::index::Index;
use super::manifest::{Descriptor, Manifest, check_schema};
use super::reference::Reference;
use super::{blob_url, manifest_url, media_type, tag_url};
use crate::Result;
use crate::architecture::Architecture;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::lock::{Blob, LockedImage};
use crate::text::shown;
use anyhow::Context as _;
use serde::Deserialize;

/// Fetches a small document: URL and accepted media types (for the `Accept` header) to bytes.
pub type Get<'a> = dyn FnMut(&str, &[&str]) -> Result<Vec<u8>> + 'a;

/// Asks the registry of `reference` for the image for Linux on `architecture`.
///
/// `pinned` is the digest of manifest or index; without it the digest in `reference` counts, else its tag.
/// `get` should stop reading after [`super::MANIFEST_LIMIT`], more is refused.
///
/// # Errors
/// [`crate::error::Kind::Mismatch`] if the registry gives other bytes than a digest says,
/// [`crate::error::Kind::Input`] if there is no image for the platform or what there is is not acceptable.
pub fn resolve(
    reference: &str,
    pinned: Option<Sha256>,
    architecture: Architecture,
    get: &mut Get,
) -> Result<LockedImage> {
    let registry = Registry { reference, architecture, get };
    registry.resolve(pinned).with_context(|| format!("resolving image `{}`", shown(reference)))
}

struct Registry<'a, 'g> {
    reference: &'a str,
    architecture: Architecture,
    get: &'a mut Get<'g>,
}

/// Tells an index from a manifest, also where neither says what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    schema_version: u32,
    media_type: Option<String>,
    manifests: Option<serde::de::IgnoredAny>,
    config: Option<serde::de::IgnoredAny>,
    layers: Option<serde::de::IgnoredAny>,
}

impl Registry<'_, '_> {
    fn resolve(mut self, pinned: Option<Sha256>) -> Result<LockedImage> {
        let bytes = self.top(pinned)?;
        let bytes = if is_index(&bytes)? { self.chosen(&document::parse(&bytes, "index")?)? } else { bytes };
        let manifest = Manifest::parse(&bytes)?;
        self.check_config(&manifest)?;
        Ok(LockedImage {
            manifest: Blob {
                sha256: Sha256::of(&bytes),
                size: bytes.len() as u64,
                media_type: manifest.media_type().into(),
            },
            config: blob(&manifest.config),
            layers: manifest.layers.iter().map(blob).collect(),
        })
    }

    /// What the digest or else the tag names.
    fn top(&mut self, pinned: Option<Sha256>) -> Result<Vec<u8>> {
        let named = self.reference.parse::<Reference>()?.digest();
        if let (Some(pinned), Some(named)) = (pinned, named)
            && pinned != named
        {
            let message =
                format!("it is pinned to {}, but its name says {}", pinned.prefixed(), named.prefixed());
            return Err(Fault::input(message)
                .hint("remove one of the two digests from the definition")
                .into());
        }
        let accepted = &media_type::MANIFESTS_AND_INDICES;
        match pinned.or(named) {
            Some(sha256) => self.verified(&manifest_url(self.reference, &sha256)?, accepted, sha256),
            None => (self.get)(&tag_url(self.reference)?, accepted),
        }
    }

    /// The manifest that the index has for the platform.
    fn chosen(&mut self, index: &Index) -> Result<Vec<u8>> {
        let chosen = index.choose(self.architecture)?;
        if !media_type::is_manifest(&chosen.media_type) {
            let why = format!("`{}` is no media type of a manifest", shown(&chosen.media_type));
            return Err(malformed("index", &why).into());
        }
        let url = manifest_url(self.reference, &chosen.digest.0)?;
        let bytes = self.verified(&url, &[&chosen.media_type], chosen.digest.0)?;
        check_size(chosen, &bytes)?;
        if is_index(&bytes)? {
            return Err(malformed("index", "it leads to a further index").into());
        }
        Ok(bytes)
    }

    /// An image for another architecture would only be noticed when its first container starts.
    fn check_config(&mut self, manifest: &Manifest) -> Result<()> {
        let named = &manifest.config;
        let url = blob_url(self.reference, &named.digest.0)?;
        let bytes = self.verified(&url, &[&named.media_type], named.digest.0)?;
        check_size(named, &bytes)?;
        let platform = ImageConfig::parse(&bytes, manifest.layers.len())?.platform;
        if platform.runs_on(self.architecture) {
            return Ok(());
        }
        let message = format!("it is made for `{platform}`, not for `linux/{}`", self.architecture);
        Err(Fault::input(message)
            .hint("use an image that is made for the architecture of the definition")
            .into())
    }

    fn verified(&mut self, url: &str, accepted: &[&str], sha256: Sha256) -> Result<Vec<u8>> {
        let bytes = (self.get)(url, accepted)?;
        let found = Sha256::of(&bytes);
        if found == sha256 {
            return Ok(bytes);
        }
        let message = format!("`{url}` has digest {}", found.prefixed());
        Err(Fault::mismatch(message)
            .hint("check the registry or mirror, and that no proxy changes answers")
            .into())
    }
}

fn is_index(bytes: &[u8]) -> Result<bool> {
    let kind: Kind = document::parse(bytes, "manifest")?;
    check_schema(kind.schema_version, "manifest")?;
    let has_parts = kind.config.is_some() || kind.layers.is_some();
    // CVE-2021-41190: readers must not differ about what a document is.
    if kind.manifests.is_some() == has_parts {
        return Err(malformed("manifest", "it is neither clearly a manifest nor clearly an index").into());
    }
    let is_index = kind.manifests.is_some();
    let says_index = kind.media_type.as_deref().map_or(is_index, media_type::is_index);
    if is_index != says_index {
        return Err(malformed("manifest", "its media type does not fit what it holds").into());
    }
    Ok(is_index)
}

fn check_size(named: &Descriptor, bytes: &[u8]) -> Result<(), Fault> {
    if named.size == bytes.len() as u64 {
        return Ok(());
    }
    let digest = named.digest.0.prefixed();
    let message = format!("`{digest}` has {} bytes, {} are announced", bytes.len(), named.size);
    Err(Fault::mismatch(message).hint("use an image that was pushed without errors"))
}

fn blob(named: &Descriptor) -> Blob {
    Blob { sha256: named.digest.0, size: named.size, media_type: named.media_type.clone() }
}

#[cfg(test)]
mod tests;
