//! What an image consists of, as databases of vulnerabilities see it.

use crate::papers::purl::Purl;
use crate::papers::spdx::Document;
use crate::papers::spdx::model::Package;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a database may know vulnerabilities of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// In whose naming it has its name.
    pub ecosystem: Ecosystem,
    /// Source package or module.
    pub name: String,
    /// Version of that.
    pub version: String,
    /// Parts of the image that came from it.
    pub parts: BTreeSet<String>,
}

/// Who names packages, and how their versions are ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Debian's source packages, of the release of that code name.
    Debian(String),
    /// Go modules; versions without `v`.
    Go,
}

/// All components, and what no database is asked about.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Sorted.
    pub components: Vec<Component>,
    /// Parts that have no name in any ecosystem: pulled container images, files from anywhere.
    pub unjudged: BTreeSet<String>,
}

/// How identifiers of layers begin.
const LAYER: &str = "SPDXRef-layer-";
/// How identifiers of files begin that nobody else has published.
const OWN: [&str; 3] = ["SPDXRef-addon-", "SPDXRef-agent-", "SPDXRef-local-"];

type Key = (Ecosystem, String, String);

impl Inventory {
    /// Of a bill of materials; layers, and files of source packages, are no parts of their own.
    pub fn of(sbom: &Document) -> Self {
        let mut found: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
        let mut inventory = Self::default();
        for package in sbom.packages.iter().filter(|package| is_part(package)) {
            let keys: Vec<Key> = package
                .purls()
                .filter_map(|purl| purl.parse::<Purl>().ok())
                .flat_map(|purl| keys(&purl))
                .collect();
            if keys.is_empty() && !is_made_here(package, sbom) {
                inventory.unjudged.insert(package.name.clone());
            }
            for key in keys {
                found.entry(key).or_default().insert(package.name.clone());
            }
        }
        let component = |((ecosystem, name, version), parts)| Component { ecosystem, name, version, parts };
        inventory.components = found.into_iter().map(component).collect();
        inventory
    }
}

fn is_part(package: &Package) -> bool {
    let purpose = package.primary_package_purpose.as_deref().unwrap_or_default();
    let source_file = purpose == "SOURCE" && package.external_refs.is_empty();
    let layer = purpose == "ARCHIVE" && package.id.starts_with(LAYER);
    purpose != "OPERATING-SYSTEM" && !source_file && !layer
}

/// Whether it is the user's or imgbuild's own, or is judged by what it was made from: its sources or contents.
fn is_made_here(package: &Package, sbom: &Document) -> bool {
    let made = sbom.relationships.iter().filter(|relation| relation.spdx_element_id == package.id);
    let mut made = made.filter(|relation| match relation.relationship_type.as_str() {
        "GENERATED_FROM" => true,
        "CONTAINS" => !relation.related_spdx_element.starts_with(LAYER),
        _ => false,
    });
    OWN.iter().any(|own| package.id.starts_with(own)) || made.next().is_some()
}

/// How databases call what `purl` names; a Go module has its major version in its name from 2 on, a project on GitHub
/// may do without.
fn keys(purl: &Purl) -> Vec<Key> {
    let Some(version) = &purl.version else { return Vec::new() };
    match (purl.kind.as_str(), purl.namespace.as_str()) {
        ("deb", "debian") => {
            let release = purl.qualifiers.get("distro").cloned().unwrap_or_default();
            let upstream = purl.qualifiers.get("upstream").and_then(|upstream| upstream.split_once('@'));
            let (name, version) = upstream.unwrap_or((&purl.name, version));
            vec![(Ecosystem::Debian(release), name.to_owned(), version.to_owned())]
        }
        ("golang", namespace) => vec![module(&format!("{namespace}/{}", purl.name), version)],
        ("github", owner) => {
            let project = format!("github.com/{owner}/{}", purl.name);
            let major = version.trim_start_matches('v').split('.').next().unwrap_or_default();
            let versioned = major.parse::<u32>().is_ok_and(|major| major > 1);
            let named = versioned.then(|| module(&format!("{project}/v{major}"), version));
            std::iter::once(module(&project, version)).chain(named).collect()
        }
        _ => Vec::new(),
    }
}

fn module(name: &str, version: &str) -> Key {
    (Ecosystem::Go, name.to_owned(), version.trim_start_matches('v').to_owned())
}
