use super::super::testing::{PULLED, RUNC, Sample};
use super::*;
use serde_json::Value;

fn sample(openssl: &str) -> Statement {
    let outputs = BTreeMap::from([("tiny.qcow2".to_owned(), Sha256::of("disk"))]);
    let byproducts = BTreeMap::from([("tiny.spdx.json".to_owned(), Sha256::of("sbom"))]);
    statement(&Sample::new(openssl).subject(), &outputs, &byproducts).unwrap()
}

fn dependencies(statement: &Statement) -> Vec<Resource> {
    let list = statement.predicate["buildDefinition"]["resolvedDependencies"].clone();
    serde_json::from_value(list).unwrap()
}

#[test]
fn it_is_about_the_outputs_and_names_the_bill_of_materials() {
    let statement = sample("3.0.15-1");
    assert_eq!(
        (statement.kind.as_str(), statement.predicate_type.as_str()),
        (super::super::statement::STATEMENT, PROVENANCE)
    );
    assert_eq!(statement.subject, [Resource::new("tiny.qcow2", Sha256::of("disk"))]);
    let run = &statement.predicate["runDetails"];
    assert_eq!(run["byproducts"][0]["name"], "tiny.spdx.json");
    assert_eq!(run["builder"]["id"], BUILDER);
    assert_eq!(run["metadata"].get("startedOn"), None, "no clock reaches it");
}

#[test]
fn every_input_is_named_with_its_digest() {
    let found = dependencies(&sample("3.0.15-1"));
    assert!(found.iter().all(|resource| resource.sha256().is_some()));
    let named = |name: &str| {
        let resource = found.iter().find(|resource| resource.name == name);
        resource.unwrap_or_else(|| panic!("`{name}` is not in {found:#?}"))
    };
    assert_eq!(named("gcc_4:12.2.0-3_amd64").annotations["roots"], ["stage/build"]);
    assert_eq!(named("libc6_2.36-9+deb12u1_amd64").annotations["roots"].len(), 3);
    assert!(named("mmdebstrap_1.5.7-1_amd64").uri.ends_with("&distro=trixie"), "of the tools' suite");
    assert_eq!(named("runc.amd64").uri, RUNC);
    assert_eq!(named("tool_1.0.orig.tar.xz").annotations["stages"], ["build"]);
    assert_eq!(named(PULLED).sha256(), Some(Sha256::of("manifest")));
    assert_eq!(named("script `build.sh`").sha256(), Some(Sha256::of("true")));
    assert!(found.iter().any(|resource| resource.name.starts_with("template `")));
}

#[test]
fn no_secret_of_an_address_is_published() {
    let text =
        serde_json::to_string(&sample("1").predicate["buildDefinition"]["resolvedDependencies"]).unwrap();
    assert!(!text.contains("token=1"), "{text}");
}

#[test]
fn a_changed_package_changes_its_entry_and_the_keys_that_follow() {
    let (before, after) = (sample("3.0.15-1"), sample("3.0.16-1"));
    assert_eq!(sample("3.0.15-1"), before);
    let (old, new) = (dependencies(&before), dependencies(&after));
    let changed: Vec<&str> = new
        .iter()
        .filter(|resource| !old.contains(resource))
        .map(|resource| resource.name.as_str())
        .collect();
    assert_eq!(changed, ["openssl_3.0.16-1_amd64"]);
    let steps = |statement: &Statement| -> BTreeMap<String, Value> {
        let steps = &statement.predicate["buildDefinition"]["internalParameters"]["steps"];
        serde_json::from_value(steps.clone()).unwrap()
    };
    let (old, new) = (steps(&before), steps(&after));
    let changed: Vec<&String> = new.keys().filter(|step| new.get(*step) != old.get(*step)).collect();
    assert_eq!(changed, ["disk and outputs", "facts of packages", "root base"]);
}
