//! Container images and the stages that build what goes into them.

use super::files::{RawDigest, RawFile};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A container image: pulled, or composed here. `{}` pulls it and lets the lock record the digest.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawImage {
    /// Digest of the manifest or index that the registry must give.
    pub digest: Option<RawDigest>,
    /// Put the image together instead of pulling it.
    pub compose: Option<RawCompose>,
}

/// An OCI image made of packages and files.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCompose {
    /// Packages to unpack with all that they depend on; their maintainer scripts do not run.
    pub packages: Vec<String>,
    /// Paths of those packages to leave out, as in dpkg's option `path-exclude`.
    pub path_exclude: Vec<String>,
    /// Files by absolute path in the image, from `url`, `stage` or `file`.
    pub files: BTreeMap<String, RawFile>,
    /// Symbolic links by absolute path, with their targets.
    pub links: BTreeMap<String, String>,
    /// `Entrypoint` of the image.
    pub entrypoint: Vec<String>,
    /// `Cmd` of the image.
    pub command: Vec<String>,
    /// `Env` of the image; `PATH` is set to the usual folders if not here.
    pub environment: BTreeMap<String, String>,
    /// `User` of the image; root if not set.
    pub user: String,
}

/// A hermetic build: a root of packages, source packages, a script, outputs; no network inside.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawStage {
    /// Whether the script runs on the build machine's architecture and compiles for the image's, which `{arch}` in `environment` tells it; else it runs on the image's, emulated if need be.
    pub cross: bool,
    /// Packages of the build root besides the essential ones.
    pub packages: Vec<String>,
    /// Source packages; the script finds each unpacked and patched as `/build/NAME`.
    pub sources: Vec<String>,
    /// The script, relative to this file; run by `/bin/bash -eu` in `/build`.
    pub script: Option<String>,
    /// Variables for the script; `{arch}` stands for the architecture of the image.
    pub environment: BTreeMap<String, String>,
    /// Paths below `/out` where the script leaves a regular file each; they are the outputs' names.
    pub outputs: Vec<String>,
}
