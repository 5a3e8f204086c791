//! Kubernetes versions and what changes from minor to minor.

pub mod version;
