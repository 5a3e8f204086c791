//! What `addon.yaml` may hold, as serde sees it. The doc comments become the descriptions of the JSON Schema.

use crate::definition::RawDigest;
use crate::document::Raw;
use crate::node::configuration::Ingress;
use schemars::JsonSchema;
use serde::Deserialize;

/// An addon: manifests that belong together, and what must be known to bake and to apply them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "imgbuild addon")]
pub struct RawAddon {
    /// Version of this format: 1.
    #[schemars(extend("const" = crate::document::SUPPORTED))]
    #[allow(dead_code)] // judged by `document` before this struct is read
    pub schema: u64,
    /// A description to start from, relative to this file.
    #[allow(dead_code)] // followed by `document` before this struct is read
    pub extends: Option<String>,
    /// For people; the addon is called like its folder.
    #[allow(dead_code)] // for those who read the file
    pub description: Option<String>,
    /// Version of what it brings, in quotes.
    pub version: Option<String>,
    /// Manifests, in the order in which they are applied; definitions of resources are awaited after each file.
    #[serde(default)]
    pub manifests: Vec<RawManifest>,
    /// Images that the manifests do not show, such as those that an operator starts, by reference with registry and tag.
    #[serde(default)]
    pub images: Vec<String>,
    /// What it needs of every host.
    #[serde(default)]
    pub host: RawHostNeeds,
    /// Addons that are applied before it, if a cluster has them.
    #[serde(default)]
    pub after: Vec<String>,
    /// What is changed in objects after they are applied.
    #[serde(default)]
    pub patches: Vec<RawPatch>,
    /// What must hold before the next addon is applied.
    #[serde(default)]
    pub ready: Vec<RawReady>,
    /// The ingress controller that it brings.
    pub ingress: Option<Ingress>,
    /// Why people should plan for another one, said whenever it is chosen.
    pub retired: Option<String>,
}

impl Raw for RawAddon {
    const SCHEMA_COMMAND: &'static str = "imgbuild schema addon";
}

/// One file of manifests. Exactly one of `url`, `file`, `template` and `chart` says where it comes from.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawManifest {
    /// Its name below `/etc/kubernetes/components`; the file's own if not set.
    pub name: Option<String>,
    /// Where it is published; `{arch}` stands for the architecture.
    pub url: Option<String>,
    /// Digest of what `url` or `chart` gives; if not set, the lock records what is found there.
    pub sha256: Option<RawDigest>,
    /// A file beside this one, baked as it is.
    pub file: Option<String>,
    /// A file beside this one, in whose strings `{{ pod_network }}` and such are filled in for each cluster.
    pub template: Option<String>,
    /// URL of a packaged Helm chart, which `imgbuild lock` renders; `helm` must be installed there.
    pub chart: Option<String>,
    /// Name of the chart's release; the addon's name if not set.
    pub release: Option<String>,
    /// Namespace of the chart's release; the addon's name if not set.
    pub namespace: Option<String>,
    /// Values for the chart.
    pub values: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What an addon needs of every host.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawHostNeeds {
    /// Debian packages.
    pub packages: Vec<String>,
    /// Kernel modules, loaded at boot.
    pub modules: Vec<String>,
    /// systemd units to enable.
    pub enable: Vec<String>,
    /// systemd units that must never start.
    pub mask: Vec<String>,
}

/// A change of one object: `kubectl patch`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPatch {
    /// Kind and name: `deployment/metrics-server`.
    pub resource: String,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
    /// `strategic` (if not set), `merge` or `json`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The patch; as text where it needs a `null`.
    pub patch: serde_json::Value,
}

/// Something that must hold: a condition, a value, or, without either, a finished rollout.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawReady {
    /// Kind and name: `daemonset/calico-node`.
    pub resource: String,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
    /// Condition that must be true: `Available`.
    pub condition: Option<String>,
    /// `{.path}=value`, as `kubectl wait --for=jsonpath=` takes it.
    pub jsonpath: Option<String>,
    /// How long one try may take; `5m` if not set. It is tried again for ever.
    pub timeout: Option<String>,
}
