//! Kubernetes versions and what changes from minor to minor.

pub mod known_bad;
pub mod quirks;
pub mod version;
