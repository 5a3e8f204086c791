//! What a definition file may hold, as serde sees it: every key is optional here, because a file may be only
//! the base of others. The doc comments become the descriptions of the JSON Schema, so they address users.

mod base;
mod files;
mod image;
mod node;

pub use base::{RawBase, RawRepository};
pub use files::{RawDigest, RawDownload, RawFile};
pub use image::{RawCompose, RawImage, RawStage};
pub use node::{RawKubernetes, RawOverlay, RawRuntime};

use super::model::Format;
use crate::document::{Extends, Raw};
use crate::size::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What to bake into a VM image. A file may extend another: mappings merge key by key, scalars and lists are
/// replaced, `null` removes an inherited key, and a key that ends in `+` appends to the inherited list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "imgbuild image definition")]
pub struct RawDefinition {
    /// Version of this format: 1.
    #[schemars(extend("const" = crate::document::SUPPORTED))]
    #[allow(dead_code)] // judged by `document` before this struct is read
    pub schema: u64,
    /// A definition to start from, relative to this file; of several, each is laid over the ones before it.
    #[allow(dead_code)] // followed by `document` before this struct is read
    #[schemars(with = "Option<Extends>")]
    pub extends: Option<serde_json::Value>,
    /// Name of the image and of its output folder; not inherited.
    pub name: Option<String>,
    /// The operating system.
    #[serde(default)]
    pub base: RawBase,
    /// Kubernetes; without it the image is a plain node with a container runtime.
    pub kubernetes: Option<RawKubernetes>,
    /// Container runtime and network plugins; without them the image is a plain machine.
    pub runtime: Option<RawRuntime>,
    /// Further files, by a name of your choice.
    #[serde(default)]
    pub artifacts: BTreeMap<String, RawFile>,
    /// Addons to bake, by the names of their folders in `addons/`, beside this file's folder or built into imgbuild.
    #[serde(default)]
    pub addons: Vec<String>,
    /// Container images to bake in besides Kubernetes' own and those of addons, by reference with registry and tag: `registry.k8s.io/pause:3.10`.
    #[serde(default)]
    pub images: BTreeMap<String, RawImage>,
    /// Addon manifests, by file name under `/etc/kubernetes/components`.
    #[serde(default)]
    pub manifests: BTreeMap<String, RawDownload>,
    /// Hermetic builds whose outputs go into the image, by name.
    #[serde(default)]
    pub stages: BTreeMap<String, RawStage>,
    /// Files, links and folders to add or replace, by absolute path.
    #[serde(default)]
    pub overlay: BTreeMap<String, RawOverlay>,
    /// Absolute paths that must not be in the image, although a package has them.
    #[serde(default)]
    pub remove: Vec<String>,
    /// What systemd starts.
    #[serde(default)]
    pub units: RawUnits,
    /// The disk.
    #[serde(default)]
    pub disk: RawDisk,
    /// What to write to `dist/`; raw and qcow2 if not set.
    pub outputs: Option<Vec<Format>>,
    /// What Vagrant boxes of this image say about themselves. Needs the files of `vagrant.yaml` in the image.
    pub vagrant: Option<RawVagrant>,
}

impl Raw for RawDefinition {
    const SCHEMA_COMMAND: &'static str = "imgbuild schema";
}

/// What Vagrant boxes say about themselves; `{}` if nothing is to be said.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawVagrant {
    /// Version of the boxes, a semantic version such as `1.4.0`; made of the image if not set.
    pub version: Option<String>,
    /// URL of the folder that boxes will be downloaded from; if not set, the catalog names files beside it.
    pub url: Option<String>,
    /// Whether libvirt's box lists its disk in the way that its plugin calls experimental.
    pub disks: bool,
}

/// systemd units by full name, such as `containerd.service`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawUnits {
    /// Units to enable, as their `[Install]` section says.
    pub enable: Vec<String>,
    /// Units to disable although a package enables them.
    pub disable: Vec<String>,
    /// Units that must never start.
    pub mask: Vec<String>,
}

/// The disk of the image; the root file system grows at first boot if the machine's disk is larger.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawDisk {
    /// Size of the whole disk; 4GiB if not set.
    #[schemars(with = "Option<ByteSize>")]
    pub size: Option<String>,
    /// Size of the EFI system partition; 64MiB if not set.
    #[schemars(with = "Option<ByteSize>")]
    pub esp: Option<String>,
    /// Kernel arguments besides those for root and consoles.
    pub kernel_arguments: Vec<String>,
}
