//! Where a registry has what a reference names (distribution-spec 1.1, "Pull").

use super::reference::Reference;
use super::registries::HUB;
use crate::Result;
use crate::digest::Sha256;

/// Of a manifest or index by digest: `https://HOST/v2/NAME/manifests/sha256:HEX`.
///
/// # Errors
/// `reference` is none; so of all functions of this module.
pub fn manifest_url(reference: &str, sha256: &Sha256) -> Result<String> {
    Ok(url(&reference.parse()?, "manifests", &sha256.prefixed()))
}

/// Of a configuration or layer: `https://HOST/v2/NAME/blobs/sha256:HEX`.
pub fn blob_url(reference: &str, sha256: &Sha256) -> Result<String> {
    Ok(url(&reference.parse()?, "blobs", &sha256.prefixed()))
}

/// Of what the tag names now, `latest` if there is none: `https://HOST/v2/NAME/manifests/TAG`.
pub fn tag_url(reference: &str) -> Result<String> {
    let reference: Reference = reference.parse()?;
    Ok(url(&reference, "manifests", reference.tag().unwrap_or("latest")))
}

fn url(reference: &Reference, kind: &str, which: &str) -> String {
    let host = match reference.registry() {
        // The name that people write serves web pages only.
        registry if registry == HUB.0 => HUB.1,
        other => other,
    };
    format!("https://{host}/v2/{}/{kind}/{which}", reference.repository())
}
