//! What a bake leaves, read back by foreign tools.

use crate::support::{Project, disk, sums_hold};

#[test]
fn every_output_is_sound_for_those_who_did_not_write_it() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let folder = project.path("dist/mini");
    assert!(sums_hold(&folder));
    let root = disk::sound(&project, &folder, "mini");
    assert_eq!(root.cat("/etc/greeting"), "hello from mini\n");
}

#[test]
fn inspect_and_verify_agree_with_the_bake() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let inspected = project.run(&["inspect", "mini", "--format", "json"]).success();
    let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
    assert_eq!(inspected["image"]["name"], "mini");
    project.run(&["inspect", "mini", "--size", "--svg", "size.svg"]).success();
    assert!(project.read("size.svg").contains("<svg"));
    let verified = project.run(&["verify", "mini"]).success();
    assert!(verified.stderr.contains("`--fresh` builds them anew"), "{}", verified.stderr);
    let verified = project.run(&["verify", "mini", "--format", "json"]).success();
    let verified: serde_json::Value = serde_json::from_str(&verified.stdout).unwrap();
    let identical = verified["identical"].as_array().unwrap();
    assert!(verified["different"].is_null() && verified["fresh"] == false, "{verified}");
    for file in identical {
        assert_eq!(file["sha256"], project.sums("mini")[file["name"].as_str().unwrap()]);
    }
    assert!(identical.iter().any(|file| file["name"] == "mini.spdx.json"), "{verified}");
}

#[test]
fn verify_names_the_first_file_that_differs() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let raw = project.path("dist/mini/mini.raw");
    let mut bytes = std::fs::read(&raw).unwrap();
    let at = bytes.windows(16).position(|window| window == b"hello from mini\n").unwrap();
    bytes[at] = b'j';
    std::fs::write(&raw, bytes).unwrap();
    project.run(&["verify", "mini"]).failure(5, &["etc/greeting"]);
}

/// Changes a letter in the cached base, as a failing disk or a build that is never the same would.
fn falsify_base(project: &Project) {
    let mut roots = std::fs::read_dir(project.path("cache/built/root")).unwrap();
    let tar = roots.next().unwrap().unwrap().path().join("root.tar");
    let mut bytes = std::fs::read(&tar).unwrap();
    let release = b"PRETTY_NAME=\"Debian";
    let at = bytes.windows(release.len()).position(|window| window == release).unwrap();
    bytes[at + release.len() - 1] = b'm';
    std::fs::write(&tar, bytes).unwrap();
}

#[test]
fn only_a_fresh_verification_notices_a_layer_that_nobody_would_build_again() {
    let mut project = Project::mini();
    project.cache = Some(project.path("cache"));
    project.run(&["bake", "mini"]).success();
    falsify_base(&project);
    std::fs::remove_dir_all(project.path("dist/mini")).unwrap();
    project.run(&["bake", "mini"]).success();
    project.run(&["verify", "mini"]).success();
    let fresh = project.run(&["verify", "mini", "--fresh", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&fresh.stdout).unwrap();
    fresh.failure(5, &["mini.raw", "/usr/lib/os-release", "a cached layer is damaged"]);
    let difference = &found["different"]["difference"];
    assert_eq!((&difference["place"], &difference["count"]), (&"root-files".into(), &1.into()), "{found}");
    assert!(!project.path("cache/fresh/built").exists());
}

#[test]
fn a_second_bake_writes_nothing() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let changed = |name| std::fs::metadata(project.path(name)).unwrap().modified().unwrap();
    let before = changed("dist/mini/mini.raw");
    let again = project.run(&["bake", "mini"]).success();
    assert!(again.stderr.contains("up to date"), "{}", again.stderr);
    assert_eq!(changed("dist/mini/mini.raw"), before);
}

#[test]
fn a_changed_output_is_noticed_and_made_again() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let before = project.sums("mini");
    std::fs::write(project.path("dist/mini/mini.qcow2"), "damaged").unwrap();
    project.run(&["bake", "mini"]).success();
    assert!(sums_hold(&project.path("dist/mini")));
    assert_eq!(project.sums("mini"), before);
}
