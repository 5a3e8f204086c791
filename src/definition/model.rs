//! The validated form of an image definition. It can only be made by [`super::load`] and
//! [`super::parse`], so whoever holds one need not check it again.
//!
//! Local files serialise as their file name alone: where a project lies must not change an input key. Whoever
//! makes such a key adds the digest of the file.

use crate::addon::{Addon, Chart};
use crate::architecture::Architecture;
use crate::digest::Sha256;
use crate::kube::quirks;
use crate::kube::version::Version;
use crate::output::vagrant::Settings;
use crate::size::ByteSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to bake. Serialises to canonical JSON, which is what input keys are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Definition {
    /// Name of image and output folder: a DNS label, also dots allowed.
    pub name: String,
    /// The folder of the definition file; all paths below are already resolved against it.
    #[serde(skip)]
    pub directory: PathBuf,
    /// Operating system.
    pub base: Base,
    /// Kubernetes; `None` bakes a plain node with a container runtime.
    pub kubernetes: Option<Kubernetes>,
    /// Container runtime; `None` bakes a plain machine.
    pub runtime: Option<Runtime>,
    /// Further files from downloads or stages, by name.
    pub artifacts: BTreeMap<String, Artifact>,
    /// Container images to bake in, by full reference such as `registry.k8s.io/pause:3.10`.
    pub images: BTreeMap<String, Image>,
    /// Addon manifests by file name, placed under `/etc/kubernetes/components`.
    pub manifests: BTreeMap<String, Download>,
    /// Helm charts that become addon manifests, by file name.
    pub charts: BTreeMap<String, Chart>,
    /// Addons by name; their manifests, images and needs are part of the other fields already.
    pub addons: BTreeMap<String, Addon>,
    /// Hermetic builds by name.
    pub stages: BTreeMap<String, Stage>,
    /// Files that imgbuild or the user adds, by absolute path.
    pub overlay: BTreeMap<String, Overlay>,
    /// Absolute paths (files or folders) of the base that must not be in the image.
    pub remove: BTreeSet<String>,
    /// systemd units.
    pub units: Units,
    /// The disk.
    pub disk: Disk,
    /// What to write to `dist/`.
    pub outputs: BTreeSet<Format>,
    /// What boxes say about themselves; an image has it if it has what Vagrant logs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vagrant: Option<Settings>,
}

/// The operating system: a Debian root made by mmdebstrap.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Base {
    /// `debian` for now.
    pub distribution: Distribution,
    /// Suites in order, such as `bookworm`, `bookworm-updates`, `bookworm-security`; the first names the release.
    pub suites: Vec<String>,
    /// Archive areas, such as `main`.
    pub components: Vec<String>,
    /// Architecture of the image.
    pub architecture: Architecture,
    /// Packages besides the essential ones and the kernel.
    pub packages: BTreeSet<String>,
    /// The kernel package.
    pub kernel: String,
    /// Further apt repositories, by name.
    pub repositories: BTreeMap<String, Repository>,
    /// Packages that `apt full-upgrade` must leave alone, besides those that repositories pin.
    pub hold: BTreeSet<String>,
    /// dpkg `path-exclude` patterns.
    pub path_exclude: BTreeSet<String>,
}

/// Distributions that images can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Debian GNU/Linux.
    Debian,
}

/// An apt repository besides the distribution's.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Repository {
    /// Base URL.
    pub url: String,
    /// Suite, or a path ending in `/` for a flat repository.
    pub suite: String,
    /// Components; empty for a flat repository.
    pub components: Vec<String>,
    /// The file with the key that must have signed it (binary or ASCII-armoured `OpenPGP`).
    #[serde(serialize_with = "file_name")]
    pub key: PathBuf,
    /// Packages to install from here, each with its exact version; they are pinned and held.
    pub packages: BTreeMap<String, String>,
}

/// Kubernetes on the node.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Kubernetes {
    /// Exact version of kubelet and kubeadm.
    pub version: Version,
    /// `imageRepository` for kubeadm.
    pub image_repository: String,
    /// kubeadm phases that cannot work with this image, such as `addon/coredns`; hosts skip them.
    pub skip_phases: BTreeSet<String>,
    /// Where kubelet comes from.
    pub kubelet: Part,
    /// Where kubeadm comes from.
    pub kubeadm: Part,
    /// Where kubectl comes from.
    pub kubectl: Part,
    /// Where crictl comes from, if the image has it.
    pub crictl: Option<Part>,
}

impl Kubernetes {
    /// The sandbox image that kubeadm of this version expects, from this repository.
    pub fn sandbox_image(&self) -> Option<String> {
        let tag = quirks::pause_tag(self.version)?;
        Some(format!("{}/pause:{tag}", self.image_repository))
    }
}

/// Container runtime and network plugins.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Runtime {
    /// Version of containerd; its major version decides the configuration format.
    pub containerd_version: String,
    /// Where containerd comes from.
    pub containerd: Part,
    /// Where runc comes from.
    pub runc: Part,
    /// Where the CNI plugins come from.
    pub cni: Part,
    /// Where containerd looks for CNI plugins.
    pub cni_bin_dir: String,
}

/// A component that may come from a package or as files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A package of the base, which validation adds to [`Base::packages`] unless a repository has it.
    Package(String),
    /// Files that are placed in the image.
    Artifact(Artifact),
}

/// Files from one place, put into the image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Artifact {
    /// Where the bytes come from.
    pub source: Source,
    /// For a single file its absolute path; for an archive the folder that its members go to.
    pub to: String,
    /// Permission bits of a single file; archives keep theirs.
    pub mode: u32,
}

/// Where files come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// One downloaded file.
    File(Download),
    /// Members of a downloaded tar archive (plain, gzip, xz or zstd).
    Archive {
        /// The archive.
        download: Download,
        /// Leading path components to drop.
        strip: usize,
        /// Members to take, after stripping, exact or with a trailing `/*`; empty takes all.
        members: BTreeSet<String>,
    },
    /// An output of a stage.
    Stage {
        /// Name of the stage.
        stage: String,
        /// Name of the output.
        output: String,
    },
    /// A file beside the definition.
    Local(#[serde(serialize_with = "file_name")] PathBuf),
}

/// Something to download; `{arch}` in the URL has been filled in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Download {
    /// `https://…` or `http://…`.
    pub url: String,
    /// Its digest; `None` lets the lock record what is there when it is first locked.
    pub sha256: Option<Sha256>,
}

/// A container image to bake in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Image {
    /// From a registry.
    Pull {
        /// The manifest's (or index's) digest; `None` lets the lock record it.
        digest: Option<Sha256>,
    },
    /// Put together from files.
    Compose(Compose),
}

/// An OCI image made of packages and files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Compose {
    /// Packages that are unpacked (maintainer scripts do not run), with all that they depend on.
    pub packages: BTreeSet<String>,
    /// dpkg `path-exclude`-like patterns applied to the packages.
    pub path_exclude: BTreeSet<String>,
    /// Files by absolute path in the image.
    pub files: BTreeMap<String, ComposedFile>,
    /// Symbolic links by absolute path, with their targets.
    pub links: BTreeMap<String, String>,
    /// `Entrypoint` of the image configuration.
    pub entrypoint: Vec<String>,
    /// `Cmd` of the image configuration.
    pub command: Vec<String>,
    /// `Env` of the image configuration.
    pub environment: BTreeMap<String, String>,
    /// `User` of the image configuration; empty means root.
    pub user: String,
}

/// A file of a composed image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ComposedFile {
    /// [`Source::Stage`], [`Source::File`] or [`Source::Local`].
    pub source: Source,
    /// Permission bits.
    pub mode: u32,
}

/// A hermetic build: a root of packages, sources, a script, outputs; no network inside.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Stage {
    /// Whether it runs on the build machine's architecture and compiles for the image's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cross: bool,
    /// Packages of the build root besides the essential ones.
    pub packages: BTreeSet<String>,
    /// Source packages; the script finds them unpacked as `/build/<name>`.
    pub sources: BTreeSet<String>,
    /// The script, run by `/bin/bash -eu` in `/build` as root of the sandbox.
    #[serde(serialize_with = "file_name")]
    pub script: PathBuf,
    /// Variables for the script.
    pub environment: BTreeMap<String, String>,
    /// Output name to path below `/out`, where the script must leave a regular file.
    pub outputs: BTreeMap<String, String>,
}

/// A file that is added to the image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Overlay {
    /// What is at the path.
    pub content: OverlayContent,
    /// Permission bits; not used for links.
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
}

/// What an overlay path holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlayContent {
    /// A template by name, rendered with the definition's variables.
    Template(String),
    /// A file beside the definition.
    File(#[serde(serialize_with = "file_name")] PathBuf),
    /// Text written in the definition.
    Text(String),
    /// A symbolic link.
    Link(String),
    /// A folder.
    Directory,
}

/// What systemd starts.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[non_exhaustive]
pub struct Units {
    /// Units to enable, by the `[Install]` section that they have in the image.
    pub enable: BTreeSet<String>,
    /// Units to disable although a package enabled them.
    pub disable: BTreeSet<String>,
    /// Units that must never start.
    pub mask: BTreeSet<String>,
}

/// The disk.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Disk {
    /// Size of the whole disk; the root grows at boot if the machine's disk is larger.
    pub size: ByteSize,
    /// Size of the EFI system partition.
    pub esp: ByteSize,
    /// Further kernel arguments.
    pub kernel_arguments: Vec<String>,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A sparse raw disk.
    Raw,
    /// A compressed qcow2.
    Qcow2,
    /// A Vagrant box for libvirt, with the qcow2 in it.
    VagrantLibvirt,
    /// A Vagrant box for VirtualBox, with a compressed VMDK in it.
    VagrantVirtualbox,
}

fn file_name<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.file_name().unwrap_or_default().to_string_lossy())
}
