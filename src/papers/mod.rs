//! Papers of an image: a bill of materials (SPDX 2.3) and provenance (in-toto Statement 1, SLSA provenance 1).
//!
//! Both are derived from what the image is made from, the definition, its lock and the plan, and never from a look
//! at the result or the clock. So they are as reproducible as the image itself.

pub mod attest;
pub mod facts;
pub mod licence;
pub mod provenance;
pub mod purl;
pub mod spdx;
pub mod statement;

use crate::digest::Sha256;
use crate::lock::Locked;
use crate::oci::manifest::Manifest;
use crate::plan::Plan;
use facts::Facts;
use std::collections::BTreeMap;

/// What papers are made from.
pub struct Subject<'a> {
    /// The definition with its lock.
    pub locked: &'a Locked,
    /// The steps.
    pub plan: &'a Plan,
    /// What the debs in the image and in its composed container images say of themselves.
    pub facts: &'a Facts,
    /// Composed container images by reference.
    pub composed: &'a BTreeMap<String, Composed>,
    /// The on-host agent, if the image has it.
    pub agent: Option<Sha256>,
}

/// A container image that was put together from files.
pub struct Composed {
    /// Digest of the manifest.
    pub digest: Sha256,
    /// The manifest.
    pub manifest: Manifest,
}

/// File name of the bill of materials of the image called `image`.
pub fn sbom_name(image: &str) -> String {
    format!("{image}.spdx.json")
}

/// File name of its provenance.
pub fn provenance_name(image: &str) -> String {
    format!("{image}.provenance.json")
}

#[cfg(test)]
pub(crate) mod testing;
