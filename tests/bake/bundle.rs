//! Bundles: one folder carried to where no network is.

use crate::support::{Project, without_network};

#[test]
fn a_bundle_bakes_the_same_image_without_network_and_cache() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let fetched = project.run(&["fetch", "mini", "--locked", "--bundle", "bundle"]).success();
    assert!(fetched.stderr.contains("put into `bundle`, 0 were there"), "{}", fetched.stderr);
    let mut alone = Project::mini();
    alone.cache = Some(alone.path("cache"));
    std::fs::rename(project.path("bundle"), alone.path("carried")).unwrap();
    std::fs::copy(alone.path("carried/locks/mini.lock"), alone.path("images/mini.lock")).unwrap();
    without_network(&alone, &["bake", "mini", "--locked", "--artifact-mirror", "carried"]).success();
    assert_eq!(alone.sums("mini"), project.sums("mini"));
}

#[test]
fn a_bundle_is_completed_and_mended_and_never_trusted() {
    let project = Project::mini();
    let fetch = ["fetch", "mini", "--bundle", "bundle"];
    project.run(&fetch).success();
    let again = project.run(&fetch).success();
    assert!(again.stderr.contains("0 files (0 B) put into"), "{}", again.stderr);
    let record: serde_json::Value = serde_json::from_str(&project.read("bundle/bundle.json")).unwrap();
    let deb = record["files"].as_object().unwrap().keys().find(|path| path.contains("/base-files_")).unwrap();
    let damaged = project.path("bundle").join(deb);
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let mut alone = Project::mini();
    alone.cache = Some(alone.path("cache"));
    alone.write("images/mini.lock", project.read("images/mini.lock"));
    let mirror = project.path("bundle");
    let bake = ["fetch", "mini", "--locked", "--artifact-mirror", mirror.to_str().unwrap()];
    without_network(&alone, &bake).failure(5, &["base-files", "has sha256"]);
    let mended = project.run(&fetch).success();
    assert!(mended.stderr.contains("1 files ("), "{}", mended.stderr);
    without_network(&alone, &bake).success();
}
