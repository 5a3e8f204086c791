//! The whole of `images/debian-13.yaml`, with all of its packages, from lock to bake: against a mirror that has what
//! Debian has of the projects' releases. Leaves the image in `target/tmp` for the tests that boot it, and beside it the
//! definition with its lock, from which it is baked a second time.
//!
//! forky moves, and a mirror need not have it, so this runs by `make e2e-upstream` only.

#![allow(clippy::disallowed_methods)] // tests start and look freely

mod releases;
#[path = "../support/mod.rs"]
mod support;

use releases::Releases;
use std::path::Path;
use support::upstream::{Upstream, shipped};
use support::{IMGBUILD, Project, disk, tool};

const IMAGE: &str = "debian-13";
/// Where the image stays.
const DIST: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/upstream");
/// Where its definition stays.
const PROJECT: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/upstream/project");

#[test]
fn a_the_whole_definition_is_locked_fetched_and_baked() {
    let releases = Releases::of_debian();
    let upstream = Upstream::of(&shipped(), |url| releases.program(url), |name| releases.image(name));
    let project = upstream.project();
    let mirror = upstream.serve().url();
    for verb in ["lock", "fetch"] {
        project.run(&[verb, IMAGE, "--artifact-mirror", &mirror]).success();
    }
    let checked = project.run(&["check", "--locked", IMAGE]).success();
    assert!(checked.stdout.contains("0 errors, 0 warnings"), "{}", checked.stdout);
    project.run(&["bake", IMAGE, "--locked", "--offline", "--dist", DIST]).success();
    disk::sound(&project, &Path::new(DIST).join(IMAGE), IMAGE);
    keep(&project);
}

/// Nothing is known of the reproducibility of Debian 13's packages but what this shows.
#[test]
fn b_what_is_baked_again_from_nothing_is_the_same() {
    let definition = format!("{PROJECT}/images/{IMAGE}.yaml");
    tool(IMGBUILD, &["verify", &definition, "--fresh", "--dist", DIST]);
}

/// Copies definitions, locks and addons.
fn keep(project: &Project) {
    let path = |name: &str| project.path(name).to_str().unwrap().to_owned();
    tool("rm", &["-rf", PROJECT]);
    tool("mkdir", &["-p", PROJECT]);
    tool("cp", &["-r", &path("images"), &path("addons"), PROJECT]);
}
