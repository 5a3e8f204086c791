//! The package roots that a definition needs, each resolved as a whole.

use crate::architecture::Architecture;
use crate::definition::{Base, Definition, Image, Stage};
use crate::stages::tools;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The root of the image itself.
pub const BASE: &str = "base";
/// The root with the tools that shape output bytes.
pub const TOOLS: &str = "tools";

/// A set of packages that are installed or unpacked together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Root {
    /// Whether it is of imgbuild's own tools suite or of the definition's suites.
    pub tools: bool,
    /// Architecture of its packages.
    pub architecture: Architecture,
    /// Names, or `name=version`.
    pub packages: BTreeSet<String>,
    /// Whether the packages that every Debian system has belong to it.
    pub essential: bool,
}

/// The name of the build root of stage `stage`.
pub fn stage_root(stage: &str) -> String {
    format!("stage/{stage}")
}

/// The name of the root of packages that the composed image `reference` is made of.
pub fn image_root(reference: &str) -> String {
    format!("image/{reference}")
}

/// All roots of `definition` by name.
pub fn roots(definition: &Definition) -> BTreeMap<String, Root> {
    let architecture = definition.base.architecture;
    let mut roots =
        BTreeMap::from([(TOOLS.into(), tools_root()), (BASE.into(), base_root(&definition.base))]);
    for (name, stage) in &definition.stages {
        roots.insert(stage_root(name), build_root(stage, architecture));
    }
    for (reference, image) in &definition.images {
        if let Image::Compose(compose) = image
            && !compose.packages.is_empty()
        {
            let packages = compose.packages.clone();
            roots.insert(
                image_root(reference),
                Root { tools: false, architecture, packages, essential: false },
            );
        }
    }
    roots
}

/// The roots whose packages are in the image, installed or as parts of composed container images.
pub fn installed_roots(definition: &Definition) -> Vec<String> {
    let has_packages =
        |image: &Image| matches!(image, Image::Compose(compose) if !compose.packages.is_empty());
    let composed = definition.images.iter().filter(|(_, image)| has_packages(image));
    std::iter::once(BASE.to_owned()).chain(composed.map(|(reference, _)| image_root(reference))).collect()
}

fn tools_root() -> Root {
    let packages = tools::PACKAGES.iter().map(ToString::to_string).collect();
    Root { tools: true, architecture: Architecture::of_this_machine(), packages, essential: true }
}

fn base_root(base: &Base) -> Root {
    let pinned = base.repositories.values().flat_map(|repository| &repository.packages);
    let pinned = pinned.map(|(name, version)| format!("{name}={version}"));
    let packages = base.packages.iter().cloned().chain([base.kernel.clone()]).chain(pinned).collect();
    Root { tools: false, architecture: base.architecture, packages, essential: true }
}

fn build_root(stage: &Stage, architecture: Architecture) -> Root {
    let unpacker = (!stage.sources.is_empty()).then(|| "dpkg-dev".to_owned());
    let packages = stage.packages.iter().cloned().chain(unpacker).collect();
    Root { tools: false, architecture, packages, essential: true }
}
