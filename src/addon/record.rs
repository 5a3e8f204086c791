//! What an image's record keeps of an addon: enough to apply it, without what the image itself has.

use super::model::{Addon, ManifestSource};
use crate::node::configuration::{Ingress, Patch};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An addon that an image has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddonRecord {
    /// Version of what it brings.
    pub version: String,
    /// Its manifests in order.
    pub manifests: Vec<RecordedManifest>,
    /// Addons that are applied before it.
    pub after: Vec<String>,
    /// What is changed in applied objects.
    pub patches: Vec<Patch>,
    /// Arguments of kubectl that succeed once it is ready.
    pub ready: Vec<Vec<String>>,
    /// The ingress controller that it brings.
    pub ingress: Option<Ingress>,
    /// Why people should plan for another one.
    pub retired: Option<String>,
    /// Debian packages that it needs.
    pub packages: BTreeSet<String>,
}

/// One file of manifests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedManifest {
    /// Its name below `/etc/kubernetes/components`.
    pub name: String,
    /// What is filled in for each cluster; `None` if the image has the file.
    pub template: Option<String>,
}

impl From<&Addon> for AddonRecord {
    fn from(addon: &Addon) -> Self {
        let manifests = addon.manifests.iter().map(|manifest| RecordedManifest {
            name: manifest.name.clone(),
            template: match &manifest.source {
                ManifestSource::Template(text) => Some(text.clone()),
                _ => None,
            },
        });
        Self {
            version: addon.version.clone(),
            manifests: manifests.collect(),
            after: addon.after.clone(),
            patches: addon.patches.clone(),
            ready: addon.ready.clone(),
            ingress: addon.ingress.clone(),
            retired: addon.retired.clone(),
            packages: addon.host.packages.clone(),
        }
    }
}
