//! Real bakes of a small image: real packages, a real mmdebstrap, real file systems; nothing boots.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

mod boxes;
mod bundle;
mod charts;
mod faults;
mod hostile;
mod incremental;
mod kubeadm;
mod locks;
mod offline;
mod outputs;
mod papers;
mod registry;
mod repository;
mod stages;
mod tls;
mod upstream;
