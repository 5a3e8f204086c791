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

/// The root with what firmware starts, where the tools root has none of it for the image.
pub const LOADERS: &str = "loaders";

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
    /// Whether what the packages depend on stays away: it is files that are wanted, nothing runs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
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
    roots.extend(loaders_root(architecture).map(|root| (LOADERS.to_owned(), root)));
    for (name, stage) in &definition.stages {
        let builds_on = if stage.cross { Architecture::of_this_machine() } else { architecture };
        roots.insert(stage_root(name), build_root(stage, builds_on));
    }
    for (reference, image) in &definition.images {
        if let Image::Compose(compose) = image
            && !compose.packages.is_empty()
        {
            let packages = compose.packages.clone();
            roots.insert(
                image_root(reference),
                Root { tools: false, architecture, packages, essential: false, alone: false },
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
    let architecture = Architecture::of_this_machine();
    let packages = tools::packages(architecture).into_iter().map(str::to_owned).collect();
    Root { tools: true, architecture, packages, essential: true, alone: false }
}

fn loaders_root(architecture: Architecture) -> Option<Root> {
    let packages = tools::loaders(Architecture::of_this_machine(), architecture);
    let packages: BTreeSet<String> = packages.iter().map(ToString::to_string).collect();
    let root = Root { tools: true, architecture, packages, essential: false, alone: true };
    (!root.packages.is_empty()).then_some(root)
}

fn base_root(base: &Base) -> Root {
    let pinned = base.repositories.values().flat_map(|repository| &repository.packages);
    let pinned = pinned.map(|(name, version)| format!("{name}={version}"));
    let packages = base.packages.iter().cloned().chain([base.kernel.clone()]).chain(pinned).collect();
    Root { tools: false, architecture: base.architecture, packages, essential: true, alone: false }
}

fn build_root(stage: &Stage, architecture: Architecture) -> Root {
    let unpacker = (!stage.sources.is_empty()).then(|| "dpkg-dev".to_owned());
    let packages = stage.packages.iter().cloned().chain(unpacker).collect();
    Root { tools: false, architecture, packages, essential: true, alone: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition;
    use std::path::Path;

    fn roots_for(architecture: &str) -> BTreeMap<String, Root> {
        let base = format!("{{suites: [x1], kernel: k1, architecture: {architecture}}}");
        let text = format!("schema: 1\nname: a\nbase: {base}\n");
        roots(&definition::parse(&text, Path::new("/images/a.yaml")).unwrap())
    }

    #[test]
    fn what_starts_arm64_is_of_arm64_whatever_builds_it() {
        let loaders = &roots_for("arm64")[LOADERS];
        assert!(loaders.tools && loaders.alone && loaders.architecture == Architecture::Arm64);
        assert!(loaders.packages.contains("shim-signed"));
    }

    #[test]
    fn what_cross_compiles_is_of_this_machine_and_what_is_installed_of_the_image() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("images/debian-12-archive-arm64.yaml");
        let roots = roots(&definition::load(&path).unwrap());
        let architecture = |root: &str| roots[root].architecture;
        assert_eq!(architecture("stage/kubernetes"), Architecture::of_this_machine());
        assert_eq!(architecture(BASE), Architecture::Arm64);
        assert_eq!(architecture("image/imgbuild.local/archive/etcd:3.4.23"), Architecture::Arm64);
    }

    #[test]
    fn roots_are_spelled_as_in_locks_that_are_there() {
        let json = serde_json::to_string(&roots_for("amd64")[BASE]).unwrap();
        assert_eq!(json, r#"{"tools":false,"architecture":"amd64","packages":["k1"],"essential":true}"#);
    }
}
