//! After `fetch` no network is needed, and none is used.

use crate::support::{Project, without_network};

#[test]
fn a_fetched_image_bakes_to_the_same_bytes_without_any_network() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let with_network = project.sums("mini");
    let mut alone = Project::mini();
    alone.cache = Some(alone.path("cache"));
    alone.write("images/mini.lock", project.read("images/mini.lock"));
    alone.run(&["fetch", "mini", "--locked"]).success();
    without_network(&alone, &["bake", "mini", "--locked", "--offline"]).success();
    assert_eq!(alone.sums("mini"), with_network);
    a_cached_layer_needs_no_downloads(&alone);
}

fn a_cached_layer_needs_no_downloads(project: &Project) {
    std::fs::remove_dir_all(project.path("cache/store")).unwrap();
    project.write("templates/greeting", "changed\n");
    project.run(&["lock", "mini", "--offline"]).success();
    project.run(&["bake", "mini", "--locked", "--offline"]).success();
}

#[test]
fn offline_refuses_what_is_not_there() {
    let mut project = Project::mini();
    project.run(&["lock", "mini"]).success();
    project.cache = Some(project.path("cache"));
    project.run(&["bake", "mini", "--offline"]).failure(7, &["offline"]);
    std::fs::remove_file(project.path("images/mini.lock")).unwrap();
    project.run(&["bake", "mini", "--offline"]).failure(7, &["--offline"]);
}
