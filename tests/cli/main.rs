//! The command line as users and scripts meet it: exit codes, messages, help; no network, no bake.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

use support::{Outcome, Project};

fn lock(definition: &str) -> Outcome {
    let project = Project::mini();
    project.write("images/odd.yaml", definition);
    project.run(&["--offline", "lock", "odd"])
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    lock(&support::MINI.replace("name: mini", "name: mini\nnam: typo")).failure(3, &["odd.yaml", "`nam`"]);
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    lock(&support::MINI.replace("packages: []", "packages: 7")).failure(3, &["odd.yaml", "packages"]);
}

#[test]
fn another_schema_number_is_refused() {
    lock(&support::MINI.replace("schema: 1", "schema: 9")).failure(3, &["odd.yaml", "`9`"]);
}

#[test]
fn a_cycle_of_extends_is_shown() {
    let project = Project::mini();
    project.write("images/a.yaml", "schema: 1\nname: a\nextends: b.yaml\n");
    project.write("images/b.yaml", "schema: 1\nname: b\nextends: a.yaml\n");
    project.run(&["lock", "a"]).failure(3, &["a.yaml", "b.yaml"]);
}

#[test]
fn a_reference_to_an_output_that_no_stage_has_is_refused() {
    let artifact = "artifacts:\n  x: {stage: nope, output: y, to: /opt/x}\n";
    lock(&format!("{}{artifact}", support::MINI)).failure(3, &["`nope`"]);
}

#[test]
fn a_bad_digest_is_refused_before_anything_is_fetched() {
    let artifact = "artifacts:\n  x: {url: \"https://example.org/x\", sha256: 12, to: /opt/x}\n";
    lock(&format!("{}{artifact}", support::MINI)).failure(3, &["sha256"]);
}

#[test]
fn a_missing_definition_says_where_names_are_looked_for() {
    Project::mini().run(&["bake", "nothing"]).failure(2, &["`nothing`", "images/"]);
}

const NODE: &str = "base: {packages+: [conntrack]}
kubernetes:
  version: 1.30.1
  kubelet: {package: kubelet}
  kubeadm: {package: kubeadm}
  kubectl: {package: kubectl}
runtime:
  containerd_version: 1.7.28
  containerd: {package: containerd}
  runc: {package: runc}
  cni: {package: containernetworking-plugins}
";

#[test]
fn what_a_bake_lacks_is_said_before_a_lock_is_made() {
    let project = Project::mini();
    project.extend("node", NODE);
    project.extend("arm", &NODE.replace("{packages+", "{architecture: arm64, packages+"));
    project.write("program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xb7\0 of arm64");
    project.run(&["bake", "node", "--node", "nowhere"]).failure(2, &["no on-host agent", "nowhere"]);
    project.run(&["bake", "node", "--node", "program"]).failure(2, &["`program`", "no program for `amd64`"]);
    // whichever is missing here: what runs programs of arm64, or the agent
    let outcome = project.run(&["bake", "arm", "--node", "nowhere"]);
    let said = ["no on-host agent", "cannot run what packages of `arm64` bring along"];
    assert!(said.iter().any(|words| outcome.stderr.contains(words)), "{}", outcome.stderr);
    assert!([2, 6].contains(&outcome.code), "{}", outcome.code);
    assert!(["node", "arm"].iter().all(|name| !project.path(&format!("images/{name}.lock")).exists()));
}

#[test]
fn the_checked_in_schema_is_the_printed_one() {
    let printed = |kind: &str| Project::empty().run(&["schema", kind]).success().stdout;
    let image = include_str!("../../images/imgbuild-image.schema.json");
    let cluster = include_str!("../../clusters/imgbuild-cluster.schema.json");
    let addon = include_str!("../../addons/imgbuild-addon.schema.json");
    for (kind, checked_in) in [("image", image), ("cluster", cluster), ("addon", addon)] {
        assert!(printed(kind) == checked_in, "{kind}: `UPDATE_GOLDEN=1 cargo test --lib` writes it anew");
    }
}

/// The verbs that `help`, clap's text of the program itself, lists: of each, two blanks and its name begin a line.
fn verbs(help: &str) -> Vec<&str> {
    let below =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = below.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    named.filter_map(|line| line.split(' ').next()).filter(|verb| *verb != "help").collect()
}

#[test]
fn every_verb_has_help_that_fits_a_terminal() {
    let project = Project::empty();
    let listed = project.run(&["--help"]).success().stdout;
    let (verbs, aws) = (verbs(&listed), cfg!(feature = "aws"));
    assert_eq!(verbs.contains(&"aws"), aws, "{listed}");
    assert!(["bake", "attest", "audit"].iter().all(|verb| verbs.contains(verb)), "{listed}");
    for verb in verbs {
        let help = project.run(&[verb, "--help"]).success().stdout;
        let widest = help.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 100, "{verb}: {widest} columns");
    }
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_program_without_aws_says_how_to_get_one_with_it() {
    let project = Project::empty();
    for arguments in [&["aws"][..], &["aws", "--help"], &["aws", "--region", "x", "publish", "y", "--plan"]] {
        project.run(arguments).failure(2, &["was built without AWS", "make build FEATURES=aws"]);
    }
}

#[test]
fn help_says_that_verify_takes_cached_layers_unless_told_otherwise() {
    let project = Project::empty();
    let help = project.run(&["verify", "--help"]).success().stdout;
    assert!(help.contains("from cached layers") && help.contains("--fresh"), "{help}");
    assert_eq!(project.run(&["verify", "--fresh", "--key", "x"]).code, 2);
}

#[test]
fn a_damaged_image_is_an_error_and_no_panic() {
    let project = Project::empty();
    for bytes in [&b""[..], b"QFI\xfb\x00\x00\x00\x03", &[0xff; 4096]] {
        project.write("odd.raw", bytes);
        let outcome = project.run(&["inspect", "odd.raw"]);
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let outcome = support::tool("sh", &["-c", &format!("{} schema | head -c 10", support::IMGBUILD)]);
    assert_eq!(outcome.len(), 10);
}

const CLUSTER: &str = "schema: 1
name: tiny
image: node
endpoint: {address: 10.0.0.9, provider: kube-vip}
subnet: {network: 10.0.0.0/24}
hosts:
  - {name: a, role: control-plane, address: 10.0.0.1, mac: '52:54:00:00:00:01'}
";

/// What an image without anything says of itself.
const RECORD: &str = r#"{"schema": 1, "name": "node", "architecture": "amd64", "imgbuild": "0.1.0", "epoch": 0,
"suites": [], "kubernetes": null, "containerd": null, "images": {}, "manifests": {}, "files": {}, "agent": null}"#;

#[test]
fn a_check_prints_all_that_it_finds_and_fails_on_errors() {
    let project = Project::empty();
    project.write("clusters/tiny.yaml", CLUSTER);
    project.write("image.json", RECORD);
    let check = ["check", "tiny", "--image-record", "image.json"];
    let outcome = project.run(&check);
    outcome.failure(3, &["`tiny` has errors"]);
    let outcome = project.run(&[&check[..], &["--format", "json"]].concat());
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    let found: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let texts: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|f| f["text"].as_str()).collect();
    assert!(texts.contains(&"image `node` has no Kubernetes"), "{texts:?}");
    assert!(!project.path("secrets").exists(), "a check makes no secrets");
}

#[test]
fn hosts_that_nobody_brings_together_are_not_waited_for() {
    let project = Project::mini();
    project.write(
        "clusters/hand.yaml",
        "schema: 1\nname: hand\nimage: mini\nbootstrap: manual\nendpoint: {address: 10.0.0.9}\n\
         subnet: {network: 10.0.0.0/24}\nhosts:\n  \
         - {name: a, role: control-plane, address: 10.0.0.1, mac: \"52:54:00:00:00:01\"}\n",
    );
    project.run(&["boot", "clusters/hand.yaml"]).failure(2, &["`bootstrap: manual`", "--detach"]);
    // what only the other kind of target has starts no machine
    project.run(&["boot", "clusters/hand.yaml", "--print"]).failure(2, &["`--print`", "is a cluster"]);
    project.run(&["boot", "mini", "--stop"]).failure(2, &["`--stop`", "`mini` is none"]);
}
