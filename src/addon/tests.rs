use super::images::{PullPolicy, containerd_name, named};
use super::*;
use crate::architecture::Architecture;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// A project with one addon.
fn project(description: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let addon = folder.path().join("addons/mine");
    fs_err::create_dir_all(&addon).unwrap();
    fs_err::write(addon.join("addon.yaml"), description).unwrap();
    for (name, text) in files {
        fs_err::write(addon.join(name), text).unwrap();
    }
    folder
}

fn mine(description: &str, files: &[(&str, &str)]) -> crate::Result<Addon> {
    let folder = project(description, files);
    load(&folder.path().join("images"), "mine", Architecture::Amd64)
}

fn refusal(description: &str) -> String {
    format!("{:#}", mine(description, &[("a.yaml", "a: b\n")]).unwrap_err())
}

#[test]
fn every_shipped_addon_is_acceptable_and_has_a_version() {
    for name in shipped() {
        let addon = load(Path::new("/nonexistent/images"), name, Architecture::Arm64).unwrap();
        assert!(addon.version.contains('.'), "{name}");
        let after = addon.after.iter().filter(|other| !shipped().any(|known| known == other.as_str()));
        assert_eq!(after.count(), 0, "{name}");
    }
    assert_eq!(shipped().count(), 7);
}

#[test]
fn a_users_addon_needs_no_rust() {
    let description = r#"
schema: 1
version: "1"
manifests:
  - {file: crd.yaml}
  - {template: own.yaml, name: mine.yaml}
  - {url: "https://example.org/{arch}/x.yaml"}
host: {packages: [nfs-common], modules: [nfs]}
after: [calico]
patches:
  - {resource: deployment/a, namespace: mine, type: json, patch: [{op: remove, path: /spec}]}
  - {resource: deployment/a, type: merge, patch: "spec: {replicas: null}"}
ready:
  - {resource: deployment/a, namespace: mine}
  - {resource: "node/{{ node }}", condition: Ready, timeout: 90s}
"#;
    let addon = mine(description, &[("crd.yaml", "a: b\n"), ("own.yaml", "a: \"{{ node }}\"\n")]).unwrap();
    let names: Vec<&str> = addon.manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    assert_eq!(names, ["crd.yaml", "mine.yaml", "x.yaml"]);
    assert_eq!(addon.patches[1].patch, json!({"spec": {"replicas": null}}));
    let rollout = ["rollout", "status", "deployment/a", "--namespace=mine", "--timeout=5m"];
    assert_eq!(addon.ready[0], rollout);
    assert_eq!(addon.ready[1], ["wait", "--for=condition=Ready", "node/{{ node }}", "--timeout=90s"]);
    let record = AddonRecord::from(&addon);
    assert_eq!(record.manifests[1].template.as_deref(), Some("a: \"{{ node }}\"\n"));
    assert_eq!(record.manifests[0].template, None);
}

#[test]
fn what_makes_no_sense_is_refused_at_its_place() {
    let manifest = |text: &str| refusal(&format!("schema: 1\nversion: '1'\nmanifests:\n  - {text}\n"));
    assert!(manifest("{file: a.yaml, url: 'https://a/b.yaml'}").contains("manifests[0]`: has 2 sources"));
    assert!(manifest("{name: a.yaml}").contains("has 0 sources"));
    assert!(manifest("{file: ../../secret.yaml}").contains("addon.yaml:4:"));
    assert!(manifest("{file: nothing.yaml}").contains("nothing.yaml"));
    assert!(manifest("{file: a.yaml, values: {a: 1}, x: 1}").contains("unknown field `x`"));
    let more = |text: &str| refusal(&format!("schema: 1\nversion: '1'\n{text}\n"));
    assert!(more("images: [pause]").contains("image reference"));
    assert!(more("ready: [{resource: a}]").contains("`a` is no object"));
    assert!(more("ready: [{resource: a/b, condition: X, jsonpath: y}]").contains("both"));
    assert!(more("patches: [{resource: a/b, type: x, patch: {}}]").contains("type of a patch"));
    assert!(refusal("schema: 1\n").contains("version"));
    let nobody = load(Path::new("/nonexistent/images"), "nobody", Architecture::Amd64).unwrap_err();
    assert!(nobody.to_string().contains("there is no addon `nobody`"));
}

#[test]
fn images_are_found_wherever_containers_are() {
    let text = r#"
apiVersion: apps/v1
kind: Deployment
spec: {template: {spec: {
  initContainers: [{name: a, image: "docker.io/longhornio/a:v1"}],
  containers: [{name: b, image: b, imagePullPolicy: IfNotPresent}, {name: c, image: "r.example.org/c:1", imagePullPolicy: Always}]}}}
---
kind: CustomResourceDefinition
spec: {properties: {image: {type: string}, containers: {items: {properties: {image: {type: string}}}}}}
---
---
kind: List
items:
  - {kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "busybox"}]}}}}}}
"#;
    let documents = yaml::documents(text).unwrap();
    assert_eq!(documents.len(), 3);
    let expected = [
        ("b", PullPolicy::IfNotPresent),
        ("busybox", PullPolicy::Always),
        ("docker.io/longhornio/a:v1", PullPolicy::IfNotPresent),
        ("r.example.org/c:1", PullPolicy::Always),
    ];
    assert_eq!(named(&documents), expected.map(|(name, policy)| (name.to_owned(), policy)).into());
}

#[test]
fn containerd_knows_images_by_one_name() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let (pinned, known) =
        (format!("registry.k8s.io/a/b:v1@{digest}"), format!("registry.k8s.io/a/b@{digest}"));
    for (written, known) in [
        ("busybox", "docker.io/library/busybox:latest"),
        ("longhornio/a:v1", "docker.io/longhornio/a:v1"),
        (pinned.as_str(), known.as_str()),
        ("localhost:5000/a", "localhost:5000/a:latest"),
    ] {
        assert_eq!(containerd_name(written).unwrap(), known);
    }
    assert_eq!(containerd_name("UPPER CASE"), None);
}

#[test]
fn what_a_cluster_knows_is_filled_in_and_cannot_break_out() {
    let variables = render::Variables::from([("node", "a\"\nb: c".to_owned())]);
    let text =
        render::manifest("a: \"x-{{ node }}-{{node}}\"\nlist: [1, \"{{ node }}\"]\n", &variables).unwrap();
    let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(read, json!({"a": "x-a\"\nb: c-a\"\nb: c", "list": [1, "a\"\nb: c"]}));
    let error = render::manifest("a: \"{{ nobody }}\"", &variables).unwrap_err();
    assert!(error.to_string().contains("`nobody`"));
}

#[test]
fn addons_come_behind_those_that_they_need() {
    let after = |names: &[&str]| {
        let mut record = AddonRecord::from(&mine("schema: 1\nversion: '1'\n", &[]).unwrap());
        record.after = names.iter().map(|name| (*name).to_owned()).collect();
        record
    };
    let records = BTreeMap::from([
        ("a".to_owned(), after(&["c", "absent"])),
        ("b".to_owned(), after(&[])),
        ("c".to_owned(), after(&["b", "c"])),
        ("x".to_owned(), after(&["y"])),
        ("y".to_owned(), after(&["x"])),
    ]);
    let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(ordered(&names("a b c unknown"), &records).unwrap(), names("b c a unknown"));
    assert!(ordered(&names("x y b"), &records).unwrap_err().message.contains("`x`, `y`"));
}

proptest! {
    #[test]
    fn any_manifest_is_read_or_refused(text in "[-a-z:{}\\[\\]\"'\n |&*!]{0,120}") {
        if let Ok(documents) = yaml::documents(&text) {
            let _ = named(&documents);
            let _ = render::manifest(&text, &render::Variables::new());
        }
    }

    #[test]
    fn any_text_is_filled_in_or_refused(text in "[{} a-z]{0,40}") {
        let variables = render::Variables::from([("a", "b".to_owned())]);
        let _ = render::fill(&text, &variables);
    }
}
