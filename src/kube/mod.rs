//! Kubernetes versions, what changes from minor to minor, and what its tokens look like.

pub mod known_bad;
pub mod quirks;
pub mod skew;
pub mod token;
pub mod version;
