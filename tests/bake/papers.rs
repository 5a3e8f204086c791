//! Bill of materials and provenance, as other people's tools read them; signatures; audits.

use crate::support::{Project, python, sums, tool};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn validate(kind: &str, file: &Path) {
    assert_eq!(python("papers", "papers/validate.py", &[kind, file.to_str().unwrap()]), "valid\n");
}

fn read(project: &Project, name: &str) -> Value {
    serde_json::from_str(&project.read(name)).unwrap()
}

/// What `mini` has, and besides a stage's output, a composed container image with a package, and a local file.
fn define(project: &Project) {
    project.write("images/build.sh", "cp /usr/share/common-licenses/BSD /out/tool\n");
    project.write("images/own", "own\n");
    let more = "artifacts:\n  own: {file: own, to: /opt/own}\n  tool: {stage: build, output: tool, to: /opt/tool}\n\
        stages:\n  build: {packages: [], sources: [hello], script: build.sh, outputs: [tool]}\n\
        images:\n  example.org/net:1:\n    compose: {packages: [netbase], files: {/tool: {stage: build, output: tool}}}\n";
    project.extend("whole", more);
}

#[test]
fn foreign_validators_accept_both_and_two_bakes_give_the_same() {
    let project = Project::mini();
    define(&project);
    let baked = project.run(&["bake", "whole"]).success();
    for name in ["whole.spdx.json", "whole.provenance.json"] {
        assert!(project.sums("whole").contains_key(name) && baked.stdout.contains(name), "{}", baked.stdout);
    }
    validate("spdx", &project.path("dist/whole/whole.spdx.json"));
    validate("provenance", &project.path("dist/whole/whole.provenance.json"));
    project.run(&["bake", "whole", "--dist", "fresh"]).success();
    assert_eq!(sums(&project.path("fresh/whole")), project.sums("whole"));
    let printed = project.run(&["inspect", "whole", "--sbom"]).success();
    assert_eq!(printed.stdout, project.read("dist/whole/whole.spdx.json"));
    everything_is_named(&read(&project, "dist/whole/whole.spdx.json"));
    licences_are_those_of_the_packages(&read(&project, "dist/whole/whole.spdx.json"));
}

fn everything_is_named(sbom: &Value) {
    let packages = sbom["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    for name in ["whole", "base-files", "dpkg", "netbase", "own", "tool", "hello", "example.org/net:1"] {
        assert!(names.contains(name), "{name}");
    }
    assert!(names.iter().any(|name| name.ends_with(".orig.tar.gz")), "the source's files");
}

fn licences_are_those_of_the_packages(sbom: &Value) {
    let packages = sbom["packages"].as_array().unwrap();
    let declared = |name: &str| {
        let package = packages.iter().find(|package| package["name"] == name).unwrap();
        package["licenseDeclared"].as_str().unwrap()
    };
    assert_eq!(declared("netbase"), "GPL-2.0-only");
    assert_eq!(declared("base-files"), "NOASSERTION", "its copyright file is prose");
    let said = packages.iter().filter(|package| package["licenseDeclared"] != "NOASSERTION").count();
    assert!(said > packages.len() / 3, "{said} of {}", packages.len());
}

#[test]
fn an_added_package_adds_its_entry_alone() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let before = read(&project, "dist/mini/mini.spdx.json");
    let definition = project.read("images/mini.yaml").replace("packages: []", "packages: [netbase]");
    project.write("images/mini.yaml", definition);
    project.run(&["bake", "mini"]).success();
    let after = read(&project, "dist/mini/mini.spdx.json");
    let packages = |sbom: &Value| sbom["packages"].as_array().unwrap().clone();
    let (old, new) = (packages(&before), packages(&after));
    let added: Vec<&Value> = new.iter().filter(|package| !old.contains(package)).collect();
    assert_eq!(added.len(), 1, "{added:#?}");
    assert_eq!(added[0]["name"], "netbase");
    assert!(old.iter().all(|package| new.contains(package)));
}

#[test]
fn signatures_hold_for_what_was_signed_and_nothing_else() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let path = |name: &str| project.path(name).to_str().unwrap().to_owned();
    tool("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &path("ssh")]);
    let curve = "ec_paramgen_curve:P-256";
    tool("openssl", &["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", &path("pem")]);
    tool("openssl", &["pkey", "-pubout", "-in", &path("pem"), "-out", &path("pem.pub")]);
    project.run(&["verify", "mini", "--key", "pem.pub"]).failure(2, &["nothing to check", "imgbuild attest"]);
    for key in ["ssh", "pem"] {
        let signed = project.run(&["attest", "mini", "--key", key]).success();
        assert_eq!(signed.stdout.lines().count(), 2, "{}", signed.stdout);
        let checked = project.run(&["verify", "mini", "--key", &format!("{key}.pub")]).success();
        assert!(checked.stdout.contains("mini.qcow2") && checked.stdout.contains("mini.spdx.json"));
    }
    tool("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &path("other")]);
    project.run(&["verify", "mini", "--key", "other.pub"]).failure(5, &["by no key that is given"]);
    // a bake that finds nothing to do leaves signatures alone
    project.run(&["bake", "mini"]).success();
    let mut raw = std::fs::OpenOptions::new().append(true).open(project.path("dist/mini/mini.raw")).unwrap();
    std::io::Write::write_all(&mut raw, b"more").unwrap();
    for key in ["ssh.pub", "pem.pub"] {
        project.run(&["verify", "mini", "--key", key]).failure(5, &["mini.raw", "not what was signed"]);
    }
    project.run(&["attest", "mini", "--key", "ssh"]).failure(5, &["not what was baked"]);
}

#[test]
fn verify_compares_papers_too() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let text = project.read("dist/mini/mini.spdx.json").replace("base-files", "base-lies");
    project.write("dist/mini/mini.spdx.json", text);
    project.run(&["verify", "mini"]).failure(5, &["mini.spdx.json", "differs from a new bake"]);
    project.run(&["inspect", "mini", "--sbom"]).failure(5, &["mini.spdx.json", "not what was baked"]);
    project.run(&["bake", "mini"]).success();
    project.run(&["inspect", "mini", "--sbom"]).success();
}

#[test]
fn audits_find_what_a_local_database_knows() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let release = |version: &str| json!({"bookworm": {"status": "resolved", "fixed_version": version, "urgency": "low"}});
    let tracker = json!({
        "base-files": {"CVE-2026-1": {"releases": release("999")}, "CVE-2026-2": {"releases": release("1")}},
        "not-there": {"CVE-2026-3": {"releases": release("999")}},
    });
    project.write("tracker.json", tracker.to_string());
    let audit = ["audit", "mini", "--db", "tracker.json"];
    let found = project.run(&audit).failure(9, &["has 1 known vulnerabilities"]);
    assert!(found.stdout.contains("CVE-2026-1 ") && !found.stdout.contains("CVE-2026-2"), "{}", found.stdout);
    let json = project.run(&[&audit[..], &["--format", "json"]].concat()).failure(9, &[]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["findings"][0]["fixed"], "999");
    assert_eq!(json["databases"][0]["kind"], "debian-security-tracker");
    project.run(&[&audit[..], &["--accept", "CVE-2026-1"]].concat()).success();
    project.run(&["audit", "mini", "--db", "dist/mini/mini.qcow2"]).failure(3, &["neither a dump"]);
}
