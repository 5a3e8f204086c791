//! `base`: the operating system.

use crate::architecture::Architecture;
use crate::definition::model::Distribution;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The operating system. No mirror is named here: it comes from `--mirror`, or from the build machine's apt.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawBase {
    /// The distribution.
    pub distribution: Option<Distribution>,
    /// Suites in order; the first names the release: `[bookworm, bookworm-updates, bookworm-security]`.
    pub suites: Vec<String>,
    /// Archive areas; `[main]` if not set.
    pub components: Option<Vec<String>>,
    /// Architecture of the image; that of the build machine if not set.
    pub architecture: Option<Architecture>,
    /// The kernel package; `{arch}` stands for the architecture.
    pub kernel: Option<String>,
    /// Packages besides the essential ones and the kernel; `{arch}` stands for the architecture.
    pub packages: Vec<String>,
    /// Packages that `apt full-upgrade` must leave alone.
    pub hold: Vec<String>,
    /// Paths that dpkg does not unpack, as in its option `path-exclude`: `/usr/share/man/*`.
    pub path_exclude: Vec<String>,
    /// Further apt repositories, by a name of your choice.
    pub repositories: BTreeMap<String, RawRepository>,
}

/// An apt repository besides the distribution's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRepository {
    /// Base URL.
    pub url: Option<String>,
    /// Suite, or a path that ends in `/` for a flat repository; `/` if not set.
    pub suite: Option<String>,
    /// Components; none for a flat repository.
    #[serde(default)]
    pub components: Vec<String>,
    /// File with the `OpenPGP` key that must have signed it, relative to this file.
    pub key: Option<String>,
    /// Packages to install from here, each with its exact version; they are pinned and held.
    #[serde(default)]
    pub packages: BTreeMap<String, String>,
}
