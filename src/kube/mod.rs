//! Kubernetes versions and what changes from minor to minor.

pub mod quirks;
pub mod version;
