//! The validated form of an addon.

use crate::definition::Download;
use crate::node::configuration::{Ingress, Patch};
use serde::Serialize;
use std::collections::BTreeSet;

/// Manifests that belong together, with all that must be known to bake and to apply them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Addon {
    /// Name of its folder.
    pub name: String,
    /// Version of what it brings, for people and for papers.
    pub version: String,
    /// Its manifests, in the order in which they are applied.
    pub manifests: Vec<Manifest>,
    /// Images that its manifests do not show, by full reference with registry and tag.
    pub images: BTreeSet<String>,
    /// What it needs of every host.
    pub host: HostNeeds,
    /// Names of addons that are applied before it, if a cluster has them.
    pub after: Vec<String>,
    /// What is changed in applied objects.
    pub patches: Vec<Patch>,
    /// Arguments of kubectl, the first being `wait` or `rollout`, that succeed once it is ready; may hold `{{ … }}`.
    pub ready: Vec<Vec<String>>,
    /// The ingress controller that it brings, if it does.
    pub ingress: Option<Ingress>,
    /// Why people should plan for another one, if they should.
    pub retired: Option<String>,
}

/// One file of manifests.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Manifest {
    /// Its name below `/etc/kubernetes/components`.
    pub name: String,
    /// What it is made of.
    pub source: ManifestSource,
}

/// Where the text of a manifest comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ManifestSource {
    /// Somebody publishes it.
    Download(Download),
    /// It is part of the addon, and baked as it is.
    Text(String),
    /// It is part of the addon, and filled in for each cluster (see [`super::render`]).
    Template(String),
    /// Helm makes it when the image is locked.
    Chart(Chart),
}

/// A Helm chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Chart {
    /// The packaged chart.
    pub download: Download,
    /// Name of the release.
    pub release: String,
    /// Namespace that it is installed into; made if it is not there.
    pub namespace: String,
    /// Values that differ from the chart's own.
    pub values: serde_json::Value,
}

/// What an addon needs of every host.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HostNeeds {
    /// Debian packages.
    pub packages: BTreeSet<String>,
    /// Kernel modules, loaded at boot.
    pub modules: BTreeSet<String>,
    /// systemd units that must run.
    pub enable: BTreeSet<String>,
    /// systemd units that must never run.
    pub mask: BTreeSet<String>,
}
