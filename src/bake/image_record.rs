//! `/etc/imgbuild/image.json`: what this image is, for `inspect`, `check`, the agent and curious people.

use super::Bakery;
use super::assemble::COMPONENTS;
use super::materials::Materials;
use super::{agent, images};
use crate::Result;
use crate::addon::images::PullPolicy;
use crate::addon::{AddonRecord, ManifestSource};
use crate::architecture::Architecture;
use crate::definition::Definition;
use crate::digest::Sha256;
use crate::kube::version::Version;
use crate::layers::entry::{Content, Entry, Node};
use crate::layers::read;
use crate::layers::tree::Tree;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where it is in the image.
pub const PATH: &str = "etc/imgbuild/image.json";

/// What an image says about itself. Holds nothing but what definition, lock and imgbuild's version decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageRecord {
    /// 1.
    pub schema: u32,
    /// The image's name.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Version of the imgbuild that made it.
    pub imgbuild: String,
    /// Seconds since 1970: the date of the newest release file that it was resolved from.
    pub epoch: u64,
    /// Suites of the operating system.
    pub suites: Vec<String>,
    /// Kubernetes, if it has it.
    pub kubernetes: Option<KubernetesRecord>,
    /// Version of containerd, if it has it.
    pub containerd: Option<String>,
    /// Whether Vagrant's user is in it, whose first key everybody knows: then it is for boxes and nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vagrant: bool,
    /// Digest of the on-host agent; the image has it if it has Kubernetes.
    #[serde(default)]
    pub agent: Option<Sha256>,
    /// Baked container images: reference to manifest digest.
    pub images: BTreeMap<String, Sha256>,
    /// Addon manifests: file name to digest.
    pub manifests: BTreeMap<String, Sha256>,
    /// Addons by name: how their manifests are applied.
    #[serde(default)]
    pub addons: BTreeMap<String, AddonRecord>,
    /// For each manifest the images that it names, as it writes them, with the policy that it has for each.
    #[serde(default)]
    pub named: BTreeMap<String, BTreeMap<String, PullPolicy>>,
    /// Files that come from no package: absolute path to `artifact:NAME`, `manifest:NAME`, `overlay:NAME` or
    /// `agent`.
    pub files: BTreeMap<String, String>,
}

/// What the record says of Kubernetes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KubernetesRecord {
    /// Version of kubelet and kubeadm.
    pub version: Version,
    /// `imageRepository` for kubeadm.
    pub image_repository: String,
    /// kubeadm phases that cannot work with this image.
    pub skip_phases: BTreeSet<String>,
}

/// What a file that comes from no package is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// An artifact of the definition, by name.
    Artifact(&'a str),
    /// An addon manifest, by file name.
    Manifest(&'a str),
    /// The overlay, by path.
    Overlay(&'a str),
    /// The on-host agent.
    Agent,
}

impl ImageRecord {
    /// Absolute paths with what they are there for; what a newer imgbuild has added is passed over.
    pub fn origins(&self) -> impl Iterator<Item = (&str, Origin<'_>)> {
        self.files.iter().filter_map(|(path, origin)| Some((path.as_str(), Origin::parse(origin)?)))
    }
}

impl<'a> Origin<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        match text.split_once(':') {
            Some(("artifact", name)) => Some(Self::Artifact(name)),
            Some(("manifest", name)) => Some(Self::Manifest(name)),
            Some(("overlay", path)) => Some(Self::Overlay(path)),
            _ => (text == "agent").then_some(Self::Agent),
        }
    }
}

/// Adds the record to `tree`.
pub fn add(bakery: &Bakery, materials: &Materials, tree: &mut Tree) -> Result<()> {
    let json = serde_json::to_vec_pretty(&record(bakery, materials)?)?;
    tree.insert(PATH, Entry::file(Content::Bytes(json), 0o644))
}

fn record(bakery: &Bakery, materials: &Materials) -> Result<ImageRecord> {
    let definition = bakery.locked.definition();
    let kubernetes = definition.kubernetes.as_ref().map(|kubernetes| KubernetesRecord {
        version: kubernetes.version,
        image_repository: kubernetes.image_repository.clone(),
        skip_phases: kubernetes.skip_phases.clone(),
    });
    let mut manifests = BTreeMap::new();
    for (name, download) in &definition.manifests {
        manifests.insert(name.clone(), bakery.locked.download(download)?.sha256);
    }
    manifests.extend(own_manifests(definition, &bakery.locked.lock().rendered));
    Ok(ImageRecord {
        schema: 1,
        name: definition.name.clone(),
        architecture: definition.base.architecture,
        imgbuild: env!("CARGO_PKG_VERSION").to_owned(),
        epoch: bakery.locked.lock().epoch,
        suites: definition.base.suites.clone(),
        kubernetes,
        containerd: definition.runtime.as_ref().map(|runtime| runtime.containerd_version.clone()),
        vagrant: definition.vagrant.is_some(),
        agent: bakery.agent.as_ref().map(|agent| agent.sha256),
        images: images::digests(bakery, materials)?,
        manifests,
        addons: definition.addons.iter().map(|(name, addon)| (name.clone(), addon.into())).collect(),
        named: bakery.locked.lock().named.clone(),
        files: files(bakery, materials)?,
    })
}

/// Those that are written rather than downloaded.
fn own_manifests(definition: &Definition, rendered: &BTreeMap<String, String>) -> BTreeMap<String, Sha256> {
    let texts = definition.addons.values().flat_map(|addon| &addon.manifests);
    let texts = texts.filter_map(|manifest| match &manifest.source {
        ManifestSource::Text(text) => Some((&manifest.name, text)),
        _ => None,
    });
    texts.chain(rendered).map(|(name, text)| (name.clone(), Sha256::of(text))).collect()
}

fn files(bakery: &Bakery, materials: &Materials) -> Result<BTreeMap<String, String>> {
    let definition = bakery.locked.definition();
    let overlay = definition.overlay.keys().map(|path| (path.clone(), format!("overlay:{path}")));
    let manifests = definition
        .manifests
        .keys()
        .chain(definition.charts.keys())
        .map(|name| (format!("/{COMPONENTS}/{name}"), format!("manifest:{name}")));
    let mut files: BTreeMap<String, String> = overlay.chain(manifests).collect();
    files.extend(bakery.agent.iter().map(|_| (format!("/{}", agent::PATH), "agent".to_owned())));
    for (name, artifact) in definition.all_artifacts() {
        let origin = format!("artifact:{name}");
        let Some(tar) = materials.archives.get(&name) else {
            files.insert(artifact.to.clone(), origin);
            continue;
        };
        for (member, entry) in read::tree(tar, 0)?.iter() {
            if entry.node != Node::Directory {
                files.insert(format!("{}/{member}", artifact.to.trim_end_matches('/')), origin.clone());
            }
        }
    }
    Ok(files)
}
