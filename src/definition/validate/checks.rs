//! Judgements that addons share with definitions.

pub use super::names::{image_reference, manifest, package, unit};

use super::super::model::Download;
use super::super::raw::RawDigest;
use super::{Result, Scope, files};
use crate::architecture::Architecture;
use crate::document::place::Place;

/// A URL and its digest, outside of an image definition.
pub fn download(
    url: &str,
    url_at: &Place,
    sha256: Option<RawDigest>,
    sha256_at: &Place,
    architecture: Architecture,
) -> Result<Download> {
    let scope = Scope::new(&url_at.origin().file, Some(architecture), None);
    files::download(url, url_at, sha256, sha256_at, &scope)
}
