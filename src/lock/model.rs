//! What a lock file holds.

use crate::addon::images::PullPolicy;
use crate::apt::resolve::Deb;
use crate::apt::source_package::SourceFile;
use crate::digest::Sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema that this imgbuild writes and reads.
pub const SCHEMA: u32 = 1;

/// Everything that goes in. Serialises to JSON in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// [`SCHEMA`].
    pub schema: u32,
    /// For each section (`base`, `stage/kubernetes`, `download/URL` …) the digest of what it answers; for a file of
    /// the project (`file/images/stages/kubernetes.sh`) its own.
    pub sections: BTreeMap<String, Sha256>,
    /// Seconds since 1970: the date of the newest release file; every time stamp in the image is at most this.
    pub epoch: u64,
    /// Debs by `name_version_arch`.
    pub debs: BTreeMap<String, Deb>,
    /// Root name to the ids of its debs.
    pub roots: BTreeMap<String, Vec<String>>,
    /// Stage name to the files of its source packages, by package.
    pub sources: BTreeMap<String, BTreeMap<String, Vec<SourceFile>>>,
    /// Downloads by URL.
    pub downloads: BTreeMap<String, LockedDownload>,
    /// Pulled container images by reference.
    pub images: BTreeMap<String, LockedImage>,
    /// For each baked manifest the images that it names, as it writes them, with the policy that it has for each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named: BTreeMap<String, BTreeMap<String, PullPolicy>>,
    /// Manifests that Helm made of charts, by file name: their text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rendered: BTreeMap<String, String>,
}

/// A downloaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedDownload {
    /// Digest of the file.
    pub sha256: Sha256,
    /// Size in bytes, if the file was there when it was locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// A pulled image for one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedImage {
    /// The platform's manifest.
    pub manifest: Blob,
    /// Its image configuration.
    pub config: Blob,
    /// Its layers, lowest first.
    pub layers: Vec<Blob>,
}

/// A blob of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// Digest.
    pub sha256: Sha256,
    /// Size in bytes.
    pub size: u64,
    /// OCI or docker media type.
    pub media_type: String,
}
