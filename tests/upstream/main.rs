//! The whole of `images/debian-13.yaml`, with all of its packages, from lock to bake: against a mirror that has what
//! Debian has of the projects' releases. Leaves the image in `target/tmp` for the tests that boot it.
//!
//! forky moves, and a mirror need not have it, so this runs by `make e2e-upstream` only.

#![allow(clippy::disallowed_methods)] // tests start and look freely

mod releases;
#[path = "../support/mod.rs"]
mod support;

use releases::Releases;
use std::path::Path;
use support::disk;
use support::upstream::{Upstream, shipped};

const IMAGE: &str = "debian-13";

#[test]
fn the_whole_definition_is_locked_fetched_and_baked() {
    let releases = Releases::of_debian();
    let upstream = Upstream::of(&shipped(), |url| releases.program(url), |name| releases.image(name));
    let project = upstream.project();
    let mirror = upstream.serve().url();
    for verb in ["lock", "fetch"] {
        project.run(&[verb, IMAGE, "--artifact-mirror", &mirror]).success();
    }
    let dist = Path::new(env!("CARGO_TARGET_TMPDIR")).join("upstream");
    let bake = ["bake", IMAGE, "--locked", "--offline", "--dist", dist.to_str().unwrap()];
    project.run(&bake).success();
    disk::sound(&project, &dist.join(IMAGE), IMAGE);
}
