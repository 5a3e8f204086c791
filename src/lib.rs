//! `imgbuild` bakes containerd, pinned Kubernetes binaries, container images and addon manifests into VM
//! images, byte for byte reproducibly.
//!
//! # Module index, in the order in which data flows
//!
//! What the user wrote:
//! - [`definition`]: `images/*.yaml`, parsed, merged along `extends`, validated into domain types
//! - [`template`]: the Tera sources of configuration that goes into an image
//! - [`kube`]: Kubernetes versions and what changes from minor to minor
//! - [`kubeadm`]: kubeadm's configuration for the exact minor of an image
//!
//! What it resolves to:
//! - [`lock`]: every deb, file and image that goes in, with its digest
//! - [`apt`]: Debian archives: resolving, signature checks, `.deb` files, local repositories
//! - [`store`]: content-addressed downloads, verified on the way in and before use
//!
//! How it becomes an image:
//! - [`plan`]: the steps of a bake, their input keys, and why each must run
//! - [`stages`]: the tools root, hermetic builds and the sandbox they run in
//! - [`layers`]: sorted, normalised tar streams and their merge
//! - [`oci`]: container images: composing, pulling, the baked layout
//! - [`disk`]: GPT, boot code, EFI system partition, ext4
//! - [`output`]: raw, qcow2, ISO writers, the output manifest, atomic publication
//! - [`bake`]: runs a plan from end to end
//!
//! What can be asked of an image:
//! - [`inspect`]: what is in it, and what takes the space
//! - [`verify`]: bake again and explain the first difference
//! - [`qemu`]: start it
//!
//! What everything stands on:
//! - [`cli`]: one file per verb
//! - [`context`], [`environment`]: the resolved world of one run; the only readers of variables and clock
//! - [`report`]: the only place that prints
//! - [`process`]: the only place that starts children
//! - [`error`], [`digest`], [`size`], [`architecture`], [`atomic`], [`identity`]: small shared types

pub mod apt;
pub mod architecture;
pub mod atomic;
pub mod bake;
pub mod cli;
pub mod cluster;
pub mod context;
pub mod definition;
pub mod digest;
pub mod disk;
pub mod environment;
pub mod error;
pub mod identity;
pub mod inspect;
pub mod kube;
pub mod kubeadm;
pub mod layers;
pub mod lock;
pub mod node;
pub mod oci;
pub mod output;
pub mod plan;
pub mod process;
pub mod qemu;
pub mod report;
pub mod size;
pub mod stages;
pub mod store;
pub mod template;
pub mod verify;

pub use error::Result;
