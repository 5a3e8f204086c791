//! `imgbuild` bakes containerd, pinned Kubernetes binaries, container images and addon manifests into VM
//! images, byte for byte reproducibly.
//!
//! # Module index, in the order in which data flows
//!
//! What the user wrote:
//! - [`document`]: YAML files with a schema number that extend each other, and places in them
//! - [`addon`]: `addons/*/addon.yaml`: manifests that belong together, and what must be known of them
//! - [`definition`]: `images/*.yaml`, parsed, merged along `extends`, validated into domain types
//! - [`secrets`]: what a cluster must keep to itself: PKI, tokens, keys
//! - [`check`]: what can be said of a cluster before a machine boots
//! - [`template`]: the Tera sources of configuration that goes into an image
//! - [`kube`]: Kubernetes versions and what changes from minor to minor
//! - [`kubeadm`]: kubeadm's configuration for the exact minor of an image
//!
//! What it resolves to:
//! - [`lock`]: every deb, file and image that goes in, with its digest
//! - [`apt`]: Debian archives: resolving, signature checks, `.deb` files, local repositories
//! - [`store`]: content-addressed downloads, verified on the way in and before use
//! - [`bundle`]: all downloads of an image in one folder, for places without a network
//!
//! How it becomes an image:
//! - [`plan`]: the steps of a bake, their input keys, and why each must run
//! - [`stages`]: the tools root, hermetic builds and the sandbox they run in
//! - [`layers`]: sorted, normalised tar streams and their merge
//! - [`oci`]: container images: composing, pulling, the baked layout
//! - [`disk`]: GPT, boot code, EFI system partition, ext4
//! - [`output`]: qcow2, VMDK, Vagrant boxes, ISO 9660
//! - `aws`: a raw image becomes an AMI
//! - [`papers`]: the image's bill of materials and provenance
//! - [`bake`]: runs a plan from end to end; the manifest of all outputs, which appear together or not at all
//!
//! What can be asked of an image:
//! - [`inspect`]: what is in it, and what takes the space
//! - [`verify`]: bake again and explain the first difference
//! - [`audit`]: which known vulnerabilities its parts have
//! - [`boot`]: start it, or a whole cluster of it
//! - [`qemu`]: virtual machines as data
//! - [`timeline`]: what hosts did in their first boot, and what the time went into
//!
//! On a host:
//! - [`node`]: the agent, which brings the host from its first boot into its cluster, and what it is told;
//!   `imgbuild-node` is built from it and from what is not behind the feature `operator`
//!
//! How hosts learn who they are:
//! - [`cluster`]: `clusters/*.yaml`, parsed and validated
//! - [`host`]: everything that one host is given: agent's configuration, kubeadm's, PKI, endpoint, network
//! - [`cloudinit`]: the documents that carry it, and the `NoCloud` seed
//! - [`render`]: all hosts of a cluster into `dist/`, or what would change there
//!
//! What everything stands on:
//! - [`cli`]: one file per verb
//! - [`context`], [`environment`]: the resolved world of one run; the only readers of variables and clock
//! - [`report`]: the only place that prints
//! - [`process`]: the only place that starts children
//! - [`parallel`]: the same work on many items, a few at a time
//! - [`svg`]: what pictures are drawn with
//! - [`exclusive`]: files that one run has to itself
//! - [`error`], [`digest`], [`size`], [`text`], [`architecture`], [`atomic`], [`identity`]: small shared types

#[cfg(feature = "operator")]
pub mod addon;
#[cfg(feature = "operator")]
pub mod apt;
pub mod architecture;
pub mod atomic;
#[cfg(feature = "operator")]
pub mod audit;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "operator")]
pub mod bake;
#[cfg(feature = "operator")]
pub mod boot;
#[cfg(feature = "operator")]
pub mod bundle;
#[cfg(feature = "operator")]
pub mod check;
#[cfg(feature = "operator")]
pub mod cli;
#[cfg(feature = "operator")]
pub mod cloudinit;
#[cfg(feature = "operator")]
pub mod cluster;
#[cfg(feature = "operator")]
pub mod context;
#[cfg(feature = "operator")]
pub mod definition;
pub mod digest;
#[cfg(feature = "operator")]
pub mod disk;
#[cfg(feature = "operator")]
pub mod document;
pub mod environment;
pub mod error;
#[cfg(feature = "operator")]
pub mod exclusive;
#[cfg(all(test, feature = "operator"))]
mod golden;
#[cfg(feature = "operator")]
pub mod host;
#[cfg(feature = "operator")]
pub mod identity;
#[cfg(feature = "operator")]
pub mod inspect;
pub mod kube;
#[cfg(feature = "operator")]
pub mod kubeadm;
#[cfg(feature = "operator")]
pub mod layers;
#[cfg(feature = "operator")]
pub mod lock;
pub mod node;
pub mod oci;
#[cfg(feature = "operator")]
pub mod output;
#[cfg(feature = "operator")]
pub mod papers;
pub mod parallel;
#[cfg(feature = "operator")]
pub mod plan;
pub mod process;
#[cfg(feature = "operator")]
pub mod qemu;
#[cfg(feature = "operator")]
pub mod render;
pub mod report;
#[cfg(feature = "operator")]
pub mod secrets;
pub mod size;
#[cfg(feature = "operator")]
pub mod stages;
#[cfg(feature = "operator")]
pub mod store;
#[cfg(feature = "operator")]
pub mod svg;
#[cfg(feature = "operator")]
pub mod template;
pub mod text;
#[cfg(feature = "operator")]
pub mod timeline;
#[cfg(feature = "operator")]
pub mod verify;

pub use error::Result;
