//! Vagrant boxes of a baked image, read by foreign tools, and packed again without a bake.

use crate::support::{Outcome, Project, sums_hold, tool};
use serde_json::Value;
use std::process::Command;

const VAGRANT: &str = include_str!("../../images/vagrant.yaml");

/// A project with the image `boxed`: the smallest one with what Vagrant needs.
fn project() -> Project {
    let project = Project::mini();
    project.write("images/vagrant.yaml", VAGRANT);
    let definition = "schema: 1\nname: boxed\nextends: [mini.yaml, vagrant.yaml]\noutputs+: [raw]\n";
    project.write("images/boxed.yaml", definition);
    project
}

fn catalog(project: &Project, path: &str) -> Value {
    serde_json::from_str(&project.read(path)).unwrap()
}

#[test]
fn boxes_hold_the_disk_that_was_baked() {
    let project = project();
    project.run(&["bake", "boxed"]).success();
    let folder = project.path("dist/boxed");
    assert!(sums_hold(&folder));
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for (provider, disk) in [("libvirt", "box.img"), ("virtualbox", "box-disk001.vmdk")] {
        tool("tar", &["-xf", &path(&format!("boxed-{provider}.box")), "-C", folder.to_str().unwrap(), disk]);
        tool("qemu-img", &["check", &path(disk)]);
        tool("qemu-img", &["compare", &path(disk), &path("boxed.raw")]);
    }
    assert_eq!(std::fs::read(path("box.img")).unwrap(), std::fs::read(path("boxed.qcow2")).unwrap());
}

#[test]
fn the_catalog_has_the_digests_of_the_boxes() {
    let project = project();
    project.run(&["bake", "boxed"]).success();
    let sums = project.sums("boxed");
    assert!(sums.contains_key("boxed.json"), "{sums:?}");
    let catalog = catalog(&project, "dist/boxed/boxed.json");
    // other bytes have another version, or Vagrant would go on with those that it knows
    let number = u32::from_str_radix(&sums["boxed.qcow2"][..8], 16).unwrap();
    let version = catalog["versions"][0]["version"].as_str().unwrap();
    assert!(version.ends_with(&format!(".0.{number}")), "{version}");
    let providers = catalog["versions"][0]["providers"].as_array().unwrap();
    assert_eq!(providers.len(), 2);
    for provider in providers {
        assert_eq!(provider["checksum"], sums[provider["url"].as_str().unwrap()], "{provider}");
    }
}

/// Runs `imgbuild` as on another machine: in another time zone, for its user's eyes only, and, where the user may
/// rename a machine, under another host name.
fn run_elsewhere(project: &Project, arguments: &[&str]) -> Outcome {
    let imgbuild = project.command(arguments);
    let script = |before: &str| format!("{before}umask 077; exec \"$@\"");
    let mut command = if rustix::process::geteuid().is_root() {
        let mut unshare = Command::new("unshare");
        unshare.args(["--uts", "sh", "-c", &script("hostname elsewhere; "), "sh"]);
        unshare
    } else {
        let mut sh = Command::new("sh");
        sh.args(["-c", &script(""), "sh"]);
        sh
    };
    command.arg(imgbuild.get_program()).args(imgbuild.get_args()).current_dir(project.folder.path());
    Outcome::run(command.env("TZ", "Pacific/Chatham"))
}

#[test]
fn two_bakes_on_any_machine_and_number_of_cores_give_the_same_boxes() {
    let (one, other) = (project(), project());
    one.run(&["bake", "boxed", "--jobs", "1"]).success();
    std::fs::copy(one.path("images/boxed.lock"), other.path("images/boxed.lock")).unwrap();
    run_elsewhere(&other, &["bake", "boxed", "--jobs", "3"]).success();
    assert_eq!(one.sums("boxed"), other.sums("boxed"));
    assert_eq!(one.read("dist/boxed/boxed.json"), other.read("dist/boxed/boxed.json"));
}

#[test]
fn boxes_are_packed_again_without_a_bake() {
    let project = project();
    project.write("images/plain.yaml", "schema: 1\nname: boxed\nextends: boxed.yaml\noutputs: [qcow2]\n");
    project.run(&["bake", "boxed"]).success();
    let baked = project.sums("boxed");
    // the same disk, as qcow2 alone
    project.run(&["bake", "plain", "--dist", "other"]).success();
    project.run(&["box", "boxed", "--dist", "other"]).success();
    for provider in ["libvirt", "virtualbox"] {
        let name = format!("boxed-{provider}.box");
        let digest = tool("sha256sum", &[project.path("other/boxed").join(&name).to_str().unwrap()]);
        assert_eq!(digest.split_whitespace().next().unwrap(), baked[&name]);
    }
    assert_eq!(project.read("other/boxed/boxed.json"), project.read("dist/boxed/boxed.json"));
    let options = ["--version", "1.4.0", "--url", "https://example.org/boxes", "--provider", "libvirt"];
    project.run(&[&["box", "boxed", "--to", "boxes", "--disks"][..], &options].concat()).success();
    let catalog = catalog(&project, "boxes/boxed.json");
    let version = &catalog["versions"][0];
    assert_eq!(version["version"], "1.4.0");
    assert_eq!(version["providers"][0]["url"], "https://example.org/boxes/boxed-libvirt.box");
    assert_eq!(version["providers"].as_array().unwrap().len(), 1);
    let metadata =
        tool("tar", &["-xOf", project.path("boxes/boxed-libvirt.box").to_str().unwrap(), "metadata.json"]);
    assert!(metadata.contains("\"disks\""), "{metadata}");
}

#[test]
fn an_image_that_vagrant_cannot_log_in_to_gives_no_boxes() {
    let project = project();
    project.run(&["bake", "mini"]).success();
    project.run(&["box", "mini"]).failure(3, &["`mini` has nothing that Vagrant could log in with"]);
    project.extend("careless", "outputs: [qcow2, vagrant-libvirt]\n");
    project.run(&["bake", "careless"]).failure(3, &["careless.yaml:4", "libvirt box", "vagrant.yaml"]);
}

#[test]
fn what_makes_no_box_is_refused_before_anything_is_read() {
    let project = Project::mini();
    project.run(&["box", "nothing"]).failure(2, &["there is no baked image"]);
    project.run(&["box", "x", "--version", "latest"]).failure(3, &["`latest` is no semantic version"]);
    project.run(&["box", "x", "--version", "1.2.3+4"]).failure(3, &["build metadata"]);
    project.run(&["box", "x", "--url", "ftp://a/b"]).failure(3, &["`ftp://a/b`"]);
    let wrong = project.run(&["box", "x", "--provider", "vmware"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("libvirt, virtualbox"), "{}", wrong.stderr);
}

#[test]
fn a_changed_image_is_not_packed() {
    let project = project();
    project.run(&["bake", "boxed"]).success();
    let qcow2 = project.path("dist/boxed/boxed.qcow2");
    let mut bytes = std::fs::read(&qcow2).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&qcow2, bytes).unwrap();
    project.run(&["box", "boxed"]).failure(5, &["is not what was baked"]);
}
