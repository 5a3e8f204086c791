//! Locks: made when missing, refused when stale, canonical, and honest about what is gone.

use crate::support::Project;

#[test]
fn bake_makes_a_missing_lock_and_says_so() {
    let project = Project::mini();
    project.run(&["bake", "mini", "--locked"]).failure(4, &["has no lock", "imgbuild lock"]);
    let baked = project.run(&["bake", "mini"]).success();
    assert!(baked.stderr.contains("making the lock"), "{}", baked.stderr);
    project.run(&["bake", "mini", "--locked"]).success();
}

/// A box of an image is to be of the same packages as the image.
#[test]
fn a_definition_without_a_lock_keeps_what_one_that_it_extends_has_locked() {
    let project = Project::mini();
    project.run(&["lock", "mini"]).success();
    let mut lock: serde_json::Value = serde_json::from_str(&project.read("images/mini.lock")).unwrap();
    lock["epoch"] = 1_000_000_000.into(); // what nobody would resolve today
    project.write("images/mini.lock", lock.to_string());
    project.write("images/over.yaml", "schema: 1\noverlay:\n  /etc/over: {text: over}\n");
    project.extend("child", "");
    project.write("images/box.yaml", "schema: 1\nname: box\nextends: [over.yaml, child.yaml]\n");
    project.run(&["lock", "box"]).success();
    let epoch = || {
        let lock: serde_json::Value = serde_json::from_str(&project.read("images/box.lock")).unwrap();
        lock["epoch"].as_u64().unwrap()
    };
    assert_eq!(epoch(), 1_000_000_000);
    project.run(&["lock", "box", "--update"]).success();
    assert_ne!(epoch(), 1_000_000_000);
}

#[test]
fn a_stale_lock_is_refused_by_name_of_the_section() {
    let project = Project::mini();
    project.run(&["lock", "mini"]).success();
    let definition = project.read("images/mini.yaml").replace("packages: []", "packages: [netbase]");
    project.write("images/mini.yaml", definition);
    project.run(&["bake", "mini", "--locked"]).failure(4, &["`base`", "imgbuild lock"]);
}

#[test]
fn a_changed_file_of_the_project_is_refused_by_its_name_and_locked_without_a_network() {
    let project = Project::mini();
    project.write("images/own", "own\n");
    project.extend("filed", "artifacts:\n  own: {file: own, to: /opt/own}\n");
    project.run(&["lock", "filed"]).success();
    let first = project.read("images/filed.lock");
    for name in ["images/own", "templates/greeting"] {
        project.write(name, "changed\n");
        let section = format!("`file/{name}`");
        project.run(&["plan", "filed", "--locked"]).failure(4, &[section.as_str(), "imgbuild lock"]);
        project.run(&["lock", "filed", "--offline"]).success();
        project.run(&["plan", "filed", "--locked"]).success();
    }
    let kept = |text: &str| {
        let mut lock: serde_json::Value = serde_json::from_str(text).unwrap();
        lock["sections"] = serde_json::Value::Null;
        lock
    };
    assert_eq!(kept(&project.read("images/filed.lock")), kept(&first));
}

#[test]
fn locking_twice_changes_nothing_and_names_every_byte() {
    let project = Project::mini();
    project.run(&["lock", "mini"]).success();
    let first = project.read("images/mini.lock");
    let again = project.run(&["lock", "mini", "--update"]).success();
    assert!(again.stderr.contains("unchanged"), "{}", again.stderr);
    assert_eq!(project.read("images/mini.lock"), first);
    let lock: serde_json::Value = serde_json::from_str(&first).unwrap();
    for (id, deb) in lock["debs"].as_object().unwrap() {
        assert!(deb["path"].as_str().unwrap().starts_with("pool/"), "{id}");
        assert_eq!(deb["sha256"].as_str().unwrap().len(), 64, "{id}");
        assert!(deb["size"].as_u64().unwrap() > 0, "{id}");
    }
    assert!(!first.contains("://"), "a lock names no host");
}

#[test]
fn a_version_that_the_archive_dropped_is_an_error_that_says_what_to_do() {
    let mut project = Project::mini();
    project.cache = Some(project.path("cache"));
    project.run(&["lock", "mini"]).success();
    let lock =
        project.read("images/mini.lock").replace("/netbase_", "/gone_").replace("/base-files_", "/gone_");
    project.write("images/mini.lock", lock);
    project.run(&["fetch", "mini", "--locked"]).failure(7, &["base-files", "lock --update"]);
}

#[test]
fn an_unknown_package_is_named() {
    let project = Project::mini();
    project.extend("odd", "base: {packages: [no-such-package-anywhere]}\n");
    project.run(&["lock", "odd"]).failure(3, &["no-such-package-anywhere"]);
}
