//! The configuration of containerd 2, read by a real one: Debian forky's, since no stable release of Debian's has it.
//!
//! forky moves, and a mirror need not have it, so this runs by `make e2e-containerd` only.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

use imgbuild::architecture::Architecture;
use imgbuild::template::{Templates, variables};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use support::forky::Forky;
use support::{Outcome, tool};

/// What imgbuild puts at `/etc/containerd/config.toml` of `images/debian-13.yaml`.
fn rendered() -> String {
    let image = concat!(env!("CARGO_MANIFEST_DIR"), "/images/debian-13.yaml");
    let definition = imgbuild::definition::load(Path::new(image)).unwrap();
    Templates::embedded().unwrap().render("containerd/config.toml", &variables(&definition)).unwrap()
}

/// A TOML file as another program reads it.
fn parsed(toml: &Path) -> Value {
    let script = "import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], 'rb'))))";
    serde_json::from_str(&tool("python3", &["-c", script, toml.to_str().unwrap()])).unwrap()
}

#[test]
fn a_real_containerd_2_takes_every_setting_for_what_is_meant() {
    let forky = Forky::unpack(&["containerd"], Architecture::of_this_machine());
    let containerd = forky.path("containerd", "usr/bin/containerd");
    let version = tool(containerd.to_str().unwrap(), &["--version"]);
    assert!(version.contains(" 2."), "{version}");
    let folder = tempfile::tempdir().unwrap();
    let (config, dump) = (folder.path().join("config.toml"), folder.path().join("dump.toml"));
    std::fs::write(&config, rendered()).unwrap();
    let dumped = Command::new(containerd).arg("--config").arg(config).args(["config", "dump"]).output();
    let dumped = Outcome::of(dumped.unwrap()).success();
    // of what it does not know it only warns
    assert_eq!(dumped.stderr, "");
    std::fs::write(&dump, dumped.stdout).unwrap();
    let dump = parsed(&dump);
    let (runtime, images) =
        (&dump["plugins"]["io.containerd.cri.v1.runtime"], &dump["plugins"]["io.containerd.cri.v1.images"]);
    assert_eq!(dump["version"], 3);
    assert_eq!(runtime["containerd"]["runtimes"]["runc"]["options"]["SystemdCgroup"], true);
    assert_eq!(runtime["cni"]["bin_dirs"], json!(["/opt/cni/bin"]));
    assert_eq!(runtime["cni"]["conf_dir"], "/etc/cni/net.d");
    assert_eq!(images["pinned_images"]["sandbox"], "registry.k8s.io/pause:3.10.2");
    assert_eq!(images["registry"]["config_path"], "/etc/containerd/certs.d");
}
