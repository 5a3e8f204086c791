//! The configuration of containerd 2, read by a real one: Debian forky's, since no stable release of Debian's has it.
//!
//! forky moves, and a mirror need not have it, so this runs by `make e2e-containerd` only.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

use imgbuild::architecture::Architecture;
use imgbuild::template::{Templates, variables};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Outcome, tool};

const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// `containerd`, unpacked below `folder`. apt checks signature and digests, but not that the archive is of this week:
/// a mirror that stands still is as good here.
fn real(folder: &Path) -> PathBuf {
    for name in ["state/lists/partial", "cache/archives/partial", "etc/preferences.d", "etc/empty"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let source = format!("deb [signed-by={KEYS} check-valid-until=no] {} forky main\n", mirror());
    std::fs::write(folder.join("etc/sources.list"), source).unwrap();
    std::fs::write(folder.join("status"), "").unwrap();
    std::fs::write(folder.join("apt.conf"), configuration(folder) + &proxies()).unwrap();
    apt_get(folder, &["update", "--error-on=any"]);
    apt_get(folder, &["download", "containerd"]);
    tool("sh", &["-c", &format!("cd {} && dpkg-deb -x containerd_*.deb root", folder.display())]);
    folder.join("root/usr/bin/containerd")
}

/// The one that imgbuild would use.
fn mirror() -> String {
    let told = std::env::var("IMGBUILD_MIRROR").ok();
    told.unwrap_or_else(|| {
        let known = tool("apt-get", &["indextargets", "--format", "$(REPO_URI)"]);
        let debian = known.lines().find(|url| url.trim_end_matches('/').ends_with("/debian"));
        debian.expect("apt's configuration names no Debian mirror").to_owned()
    })
}

fn configuration(folder: &Path) -> String {
    let (folder, architecture) = (folder.display(), Architecture::of_this_machine());
    format!(
        "Dir \"{folder}/\";\nDir::State \"state\";\nDir::State::status \"{folder}/status\";\n\
         Dir::Cache \"cache\";\nDir::Etc \"etc\";\nDir::Etc::parts \"empty\";\n\
         Dir::Etc::sourceparts \"empty\";\nAPT::Architecture \"{architecture}\";\n\
         APT::Sandbox::User \"root\";\nAcquire::Languages \"none\";\n"
    )
}

/// Those of the machine's own apt.
fn proxies() -> String {
    let settings = tool("apt-config", &["dump", "--no-empty", "Acquire"]);
    let is_proxy = |line: &&str| line.split(' ').next().is_some_and(|key| key.contains("Proxy"));
    settings.lines().filter(is_proxy).flat_map(|line| [line, "\n"]).collect()
}

fn apt_get(folder: &Path, arguments: &[&str]) {
    let settings = format!("APT_CONFIG={}", folder.join("apt.conf").display());
    let here = ["--chdir", folder.to_str().unwrap(), &settings, "apt-get", "--quiet"];
    tool("env", &[&here[..], arguments].concat());
}

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
    let folder = tempfile::tempdir().unwrap();
    let containerd = real(folder.path());
    let version = tool(containerd.to_str().unwrap(), &["--version"]);
    assert!(version.contains(" 2."), "{version}");
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
