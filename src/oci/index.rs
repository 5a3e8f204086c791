//! The list of the platforms that an image is made for (image-spec `image-index.md`), and `index.json`.

use super::manifest::Descriptor;
use crate::architecture::Architecture;
use crate::error::Fault;
use crate::text::shown;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An index; unknown fields are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    /// May be missing in OCI's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// One manifest for each platform.
    pub manifests: Vec<Descriptor>,
}

/// What an image runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// As Go's `GOARCH`.
    pub architecture: String,
    /// As Go's `GOOS`.
    pub os: String,
    /// Such as `v8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl Platform {
    /// Linux on `architecture`.
    pub fn linux(architecture: Architecture) -> Self {
        Self { architecture: architecture.debian().into(), os: "linux".into(), variant: None }
    }

    /// Whether every machine of `architecture` can run it: a variant above the baseline does not count.
    pub fn runs_on(&self, architecture: Architecture) -> bool {
        let baseline = match architecture {
            Architecture::Amd64 => "v1",
            Architecture::Arm64 => "v8",
        };
        let variant = self.variant.as_deref().filter(|variant| !variant.is_empty());
        self.os == "linux"
            && self.architecture == architecture.debian()
            && variant.is_none_or(|variant| variant == baseline)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", shown(&self.os), shown(&self.architecture))?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{}", shown(variant)))
    }
}

impl Index {
    /// The first manifest for Linux on `architecture`.
    ///
    /// # Errors
    /// There is none; the message says which platforms there are.
    pub fn choose(&self, architecture: Architecture) -> Result<&Descriptor, Fault> {
        let fits = |descriptor: &&Descriptor| {
            descriptor.platform.as_ref().is_some_and(|platform| platform.runs_on(architecture))
        };
        self.manifests.iter().find(fits).ok_or_else(|| {
            Fault::input(format!(
                "there is no manifest for `linux/{architecture}`, only for {}",
                self.platforms()
            ))
            .hint("use an image that is made for the architecture of the definition")
        })
    }

    fn platforms(&self) -> String {
        const SHOWN: usize = 20;
        // Build attestations say that their platform is unknown.
        let known = self.manifests.iter().filter_map(|manifest| manifest.platform.as_ref());
        let names: BTreeSet<String> = known
            .filter(|platform| platform.os != "unknown")
            .map(|platform| format!("`{platform}`"))
            .collect();
        if names.is_empty() {
            return "none".into();
        }
        names.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ")
    }
}
