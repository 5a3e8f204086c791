use super::super::testing::{COMPOSED, FILLED, PULLED, RUNC, SETTINGS, Sample};
use super::model::{NOASSERTION, Relationship};
use super::*;
use crate::digest::Sha256;
use std::collections::BTreeSet;

fn sample() -> Document {
    document(&Sample::new("3.0.15-1").subject()).unwrap()
}

fn package<'a>(document: &'a Document, name: &str) -> &'a Package {
    let found = document.packages.iter().find(|package| package.name == name);
    found.unwrap_or_else(|| panic!("`{name}` is not in {document:#?}"))
}

fn relates(document: &Document, one: &str, kind: &str, other: &str) -> bool {
    let relationship = Relationship {
        spdx_element_id: package(document, one).id.clone(),
        relationship_type: kind.into(),
        related_spdx_element: package(document, other).id.clone(),
    };
    document.relationships.contains(&relationship)
}

#[test]
fn debs_are_named_with_source_licence_and_digest() {
    let document = sample();
    let found = package(&document, "libstdc++6");
    assert_eq!(found.version_info.as_deref(), Some("12.2.0-14"));
    assert_eq!(found.checksums[0].checksum_value, Sha256::of("libstdc++6_12.2.0-14").to_string());
    assert_eq!(found.source_info.as_deref(), Some("built from source package gcc-12 12.2.0-14"));
    let purl =
        "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=bookworm&upstream=gcc-12%4012.2.0-14";
    assert_eq!(found.purls().collect::<Vec<_>>(), [purl]);
    assert!(found.license_declared.starts_with("LicenseRef-GPL-3--with-GCC-exception-"));
    assert_eq!(document.has_extracted_licensing_infos[0].license_id, found.license_declared);
    assert_eq!(package(&document, "openssl").license_declared, "Apache-2.0");
    assert_eq!(package(&document, "openssl").supplier.as_deref(), Some("Organization: Debian"));
}

#[test]
fn what_only_builds_is_not_part_of_the_image() {
    let document = sample();
    for name in ["gcc", "mmdebstrap"] {
        assert!(document.packages.iter().all(|package| package.name != name), "{name}");
    }
}

#[test]
fn files_name_where_they_come_from() {
    let document = sample();
    let runc = package(&document, "runc");
    assert_eq!((runc.download_location.as_str(), runc.version_info.as_deref()), (RUNC, Some("v1.4.0")));
    assert_eq!(runc.purls().next(), Some("pkg:github/opencontainers/runc@v1.4.0"));
    assert_eq!(package(&document, "cni").download_location, "https://example.org/cni-1.8.tgz?…");
    assert_eq!(package(&document, "own").checksums[0].checksum_value, Sha256::of("own").to_string());
    assert_eq!(package(&document, "imgbuild-node").download_location, NOASSERTION);
    let parts = ["runc", "cni", "own", "imgbuild-node", "addon.yaml", "chart.yaml", "tool"];
    for part in parts.into_iter().chain(["settings.yaml", "filled.yaml"]) {
        let parts =
            document.relationships.iter().filter(|relationship| relationship.spdx_element_id == IMAGE);
        let ids: BTreeSet<&str> =
            parts.map(|relationship| relationship.related_spdx_element.as_str()).collect();
        let mut called = document.packages.iter().filter(|package| package.name == part);
        assert!(called.any(|package| ids.contains(package.id.as_str())), "{part}");
    }
}

#[test]
fn files_of_addons_are_named_with_their_digest() {
    let document = sample();
    for (name, text) in [("settings.yaml", SETTINGS), ("filled.yaml", FILLED)] {
        let found = package(&document, name);
        assert_eq!(found.checksums[0].checksum_value, Sha256::of(text).to_string());
        assert_eq!(found.version_info.as_deref(), Some("1.2"));
        assert!(found.source_info.as_ref().unwrap().ends_with("of addon mine"), "{found:#?}");
    }
}

#[test]
fn what_was_built_leads_to_its_sources() {
    let document = sample();
    let built = document.packages.iter().find(|package| package.id.starts_with("SPDXRef-built-build-pause"));
    let built = built.unwrap();
    let source = document.packages.iter().find(|package| package.id.starts_with("SPDXRef-source-tool"));
    let source = source.unwrap();
    assert_eq!(source.version_info.as_deref(), Some("1.0-1"));
    assert_eq!(source.purls().next(), Some("pkg:deb/debian/tool@1.0-1?arch=source&distro=bookworm"));
    assert!(document.relationships.iter().any(|relationship| relationship.spdx_element_id == built.id
        && relationship.relationship_type == "GENERATED_FROM"
        && relationship.related_spdx_element == source.id));
    let files =
        document.relationships.iter().filter(|relationship| relationship.spdx_element_id == source.id);
    assert_eq!(files.count(), 2);
}

#[test]
fn container_images_have_layers_and_contents() {
    let document = sample();
    let shared = Sha256::of("shared").prefixed();
    assert!(relates(&document, PULLED, "CONTAINS", &shared));
    assert!(relates(&document, PULLED, "CONTAINS", &Sha256::of("one").prefixed()));
    assert!(relates(&document, COMPOSED, "CONTAINS", &shared), "a shared layer is one element");
    assert!(relates(&document, COMPOSED, "CONTAINS", "libc6"));
    assert!(relates(&document, "tiny", "CONTAINS", "libc6"));
    assert!(relates(&document, "tiny", "CONTAINS", PULLED));
    assert_eq!(package(&document, PULLED).version_info.as_deref(), Some("3.5"));
}

#[test]
fn identifiers_are_unique_and_all_that_is_related_is_there() {
    let document = sample();
    let ids: BTreeSet<&str> = document.packages.iter().map(|package| package.id.as_str()).collect();
    assert_eq!(ids.len(), document.packages.len());
    for relationship in &document.relationships {
        let known = |id: &String| id == DOCUMENT || ids.contains(id.as_str());
        assert!(known(&relationship.spdx_element_id) && known(&relationship.related_spdx_element));
    }
}

#[test]
fn the_same_inputs_give_the_same_document_and_it_is_read_back() {
    let text = serde_json::to_string(&sample()).unwrap();
    assert_eq!(serde_json::to_string(&sample()).unwrap(), text);
    assert_eq!(serde_json::from_str::<Document>(&text).unwrap(), sample());
}

#[test]
fn a_changed_package_changes_exactly_its_entries() {
    let (before, after) = (sample(), document(&Sample::new("3.0.16-1").subject()).unwrap());
    let changed = |one: &Document, other: &Document| -> BTreeSet<String> {
        let packages = one.packages.iter().filter(|package| !other.packages.contains(package));
        packages.map(|package| package.name.clone()).collect()
    };
    assert_eq!(changed(&before, &after), ["openssl".to_owned()].into());
    assert_eq!(changed(&after, &before), ["openssl".to_owned()].into());
    let relationships = |one: &Document, other: &Document| {
        one.relationships.iter().filter(|relationship| !other.relationships.contains(relationship)).count()
    };
    assert_eq!((relationships(&before, &after), relationships(&after, &before)), (1, 1));
    assert_eq!(before.has_extracted_licensing_infos, after.has_extracted_licensing_infos);
    assert_ne!(before.document_namespace, after.document_namespace);
}
