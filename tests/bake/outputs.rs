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
    project.run(&["verify", "mini"]).success();
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
