//! Bad input and bad luck: every failure says what to do, and `dist/` never holds a half image.

use crate::support::{LIMIT, Outcome, Project, ended, sums_hold};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn killed_at_any_of_ten_points_the_next_run_succeeds() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let expected = project.sums("mini");
    project.write("templates/greeting", "changed\n");
    let start = Instant::now();
    project.run(&["bake", "mini"]).success();
    let whole = start.elapsed();
    let changed = project.sums("mini");
    let mut killed = 0;
    for point in 1..=10 {
        // each run has work to do: it starts from the other greeting
        let (text, sums) = [("hello from {{ image.name }}\n", &expected), ("changed\n", &changed)][point % 2];
        project.write("templates/greeting", text);
        let running = project.kill_after(&["bake", "mini"], whole * u32::try_from(point).unwrap() / 11);
        killed += usize::from(running);
        assert!(sums_hold(&project.path("dist/mini")), "point {point}: a half image");
        project.run(&["bake", "mini"]).success();
        assert_eq!(&project.sums("mini"), sums, "point {point}");
    }
    assert!(killed > 0, "every run was done before it was to be killed");
    // as a run does that is killed when the new image is in its place already
    project.write("dist/.mini.partial/disk.raw", "the old one");
    project.run(&["bake", "mini"]).success();
    let left: Vec<_> = std::fs::read_dir(project.path("dist")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn killed_while_packages_are_installed_the_next_run_succeeds() {
    let mut project = Project::mini();
    project.run(&["fetch", "mini"]).success();
    project.cache = Some(project.path("cache"));
    for seconds in [3, 9] {
        let running = project.kill_after(&["bake", "mini"], Duration::from_secs(seconds));
        assert!(running, "it was done after {seconds} s");
        assert!(!project.path("dist/mini").exists());
    }
    project.run(&["bake", "mini"]).success();
    assert!(sums_hold(&project.path("dist/mini")));
}

#[test]
fn a_disk_that_is_too_small_says_how_much_is_missing() {
    let project = Project::mini();
    project.extend("full", "artifacts:\n  ballast: {file: ballast, to: /opt/ballast}\n");
    let ballast = std::fs::File::create(project.path("images/ballast")).unwrap();
    ballast.set_len(600 << 20).unwrap();
    project.run(&["bake", "full"]).failure(3, &["disk.size", "too small", "MiB larger"]);
    assert!(!project.path("dist/full").exists());
}

#[test]
fn no_space_left_is_an_error_with_a_hint_and_leaves_nothing() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let dist = project.path("small");
    std::fs::create_dir(&dist).unwrap();
    // a file system of 40 MiB of our own: in a namespace, so that no root is needed
    let script = format!(
        "mount -t tmpfs -o size=40m tmpfs {0} && {1} bake mini --dist {0}; code=$?; ls -A {0}; exit $code",
        dist.display(),
        crate::support::IMGBUILD
    );
    let mut command = Command::new("unshare");
    command.args(["--mount", "--user", "--map-root-user", "--map-auto", "sh", "-c", &script]);
    if rustix::process::geteuid().is_root() {
        command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &script]);
    }
    let outcome = Outcome::run(command.current_dir(project.folder.path()));
    assert_eq!(outcome.stdout.trim(), "", "something was left");
    // whether imgbuild itself met it, or a program that it had started
    assert!([1, 8].contains(&outcome.code), "{}: {}", outcome.code, outcome.stderr);
    let code = outcome.code;
    outcome.failure(code, &["No space left on device", "hint: free some space"]);
}

#[test]
fn a_missing_host_tool_names_its_package() {
    let mut project = Project::mini();
    project.run(&["fetch", "mini"]).success();
    project.cache = Some(project.path("cache"));
    let mut bake = project.command(&["bake", "mini", "--locked"]);
    let outcome = Outcome::run(bake.env("PATH", project.path("nowhere")));
    outcome.failure(6, &["not installed", "apt-get install "]);
}

#[test]
fn two_bakes_at_once_do_not_disturb_each_other() {
    let mut project = Project::mini();
    project.run(&["lock", "mini"]).success();
    project.cache = Some(project.path("cache"));
    let start = |dist: &str| project.command(&["bake", "mini", "--dist", dist]).spawn().unwrap();
    let runs = [start("one"), start("one"), start("two")];
    for mut run in runs {
        let status = ended(&mut run, LIMIT);
        assert!(status.is_some_and(|status| status.success()), "{status:?}");
    }
    let sums = |dist: &str| crate::support::sums(&project.path(dist).join("mini"));
    assert_eq!(sums("one"), sums("two"));
    assert!(sums_hold(&project.path("one/mini")));
}
