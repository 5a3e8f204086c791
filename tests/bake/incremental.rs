//! Changing one thing builds again only what depends on it, and `plan` says so beforehand.

use crate::support::{Project, sums};

fn actions(project: &Project) -> Vec<(String, String, String)> {
    let plan = project.run(&["plan", "mini", "--format", "json"]).success();
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
    let steps = plan["steps"].as_array().unwrap();
    steps.iter().map(|step| (text(step, "name"), text(step, "action"), text(step, "reason"))).collect()
}

#[test]
fn a_changed_template_builds_the_disk_only() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    assert!(actions(&project).iter().all(|(_, action, _)| action == "reuse"));
    project.write("templates/greeting", "good evening from {{ image.name }}\n");
    for (step, action, reason) in actions(&project) {
        let is_disk = step == "disk and outputs";
        assert_eq!(action, if is_disk { "build" } else { "reuse" }, "{step}");
        assert_eq!(reason, if is_disk { "template `greeting` changed" } else { "" }, "{step}");
    }
    let baked = project.run(&["bake", "mini"]).success();
    assert!(!baked.stderr.contains("building root"), "{}", baked.stderr);
    // what the second bake took from the outputs of the first has not changed a byte
    project.run(&["bake", "mini", "--dist", "fresh"]).success();
    assert_eq!(project.sums("mini"), sums(&project.path("fresh/mini")));
}

#[test]
fn an_added_package_builds_the_base_again_and_says_which() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    // a package that no other test installs, since they share a cache
    let definition = project.read("images/mini.yaml").replace("packages: []", "packages: [media-types]");
    project.write("images/mini.yaml", definition);
    let (_, action, reason) = actions(&project).into_iter().find(|(step, ..)| step == "root base").unwrap();
    assert_eq!(action, "build");
    assert!(reason.starts_with("package `media-types`"), "{reason}");
}
