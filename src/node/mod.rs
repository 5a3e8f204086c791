//! The on-host agent `imgbuild-node`: brings one host from its first boot into its cluster.
//!
//! `imgbuild-node.service` starts it once cloud-init has written [`configuration`]. From it follows a [`plan`] of
//! steps; [`machine`] takes one after the other, tries again what fails, and keeps in [`status`] what is done, so
//! that it goes on where a power cut stopped it. Every effect on the host goes through [`host`], which tests
//! replace by a double.
//!
//! What steps do, in their order: [`wait`], on AWS [`ec2`], [`images`], [`clock`], [`files`], [`kubelet`],
//! [`endpoint`], [`init`] or [`join`] (which looks after its host's [`etcd`] member), [`handover`], [`addons`],
//! [`ingress`], [`ready`], [`cleanup`].
//! Beside them, on control planes and for ever: [`approver`].

pub mod action;
pub mod addons;
pub mod address;
mod announced;
pub mod approver;
pub mod backoff;
pub mod cleanup;
pub mod cli;
pub mod clock;
pub mod configuration;
pub mod console;
pub mod curl;
pub mod ec2;
pub mod endpoint;
pub mod etcd;
pub mod failure;
pub mod files;
pub mod handover;
pub mod host;
pub mod images;
pub mod ingress;
pub mod init;
pub mod join;
pub mod kubectl;
pub mod kubelet;
pub mod machine;
pub mod manual;
pub mod plan;
pub mod ready;
pub mod reason;
pub mod show;
pub mod status;
pub mod torn;
pub mod wait;

#[cfg(test)]
mod tests;
