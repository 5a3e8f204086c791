//! Files and where they come from.

use crate::digest::Sha256;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file, the members of an archive, or a package. Exactly one of `package`, `url`, `archive`, `stage` and
/// `file` says where it comes from.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFile {
    /// A package of the base that has it.
    pub package: Option<String>,
    /// One file to download; `{arch}` stands for the architecture.
    pub url: Option<String>,
    /// A tar archive to download (plain, gzip, xz or zstd); `{arch}` stands for the architecture.
    pub archive: Option<String>,
    /// Digest of what `url` or `archive` gives; if not set, the lock records what is found there.
    pub sha256: Option<RawDigest>,
    /// Leading path components of the archive's members to drop.
    pub strip: Option<usize>,
    /// Members of the archive to take, after stripping; a trailing `/*` takes all below; none takes all.
    pub members: Vec<String>,
    /// The stage that builds it.
    pub stage: Option<String>,
    /// Which output of the stage.
    pub output: Option<String>,
    /// A file beside the definition, relative to it.
    pub file: Option<String>,
    /// Where it goes: the path of a single file, or the folder for an archive's members.
    pub to: Option<String>,
    /// Permission bits of a single file, quoted: `"0755"`; archives keep theirs.
    pub mode: Option<String>,
}

/// One digest, or one for each architecture.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a sha256 digest, or a mapping from architecture to digest")]
pub enum RawDigest {
    /// The same file for every architecture.
    One(#[schemars(with = "Sha256")] String),
    /// By architecture: `{amd64: …, arm64: …}`.
    ByArchitecture(#[schemars(with = "BTreeMap<String, Sha256>")] BTreeMap<String, String>),
}

/// A file to download.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDownload {
    /// Where it is; `{arch}` stands for the architecture.
    pub url: Option<String>,
    /// Its digest; if not set, the lock records what is found there.
    pub sha256: Option<RawDigest>,
}
