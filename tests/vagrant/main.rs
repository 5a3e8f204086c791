//! The whole way of a Vagrant user: real `vagrant`, its plugin for libvirt, a real libvirtd, QEMU.
//!
//! Needs root or a user whom libvirtd listens to, and changes libvirt's networks and volumes: those of the box of the
//! tests' image are removed from the pool `default`, whoever made them. So it runs by `make e2e-vagrant` only.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

mod trial;

use trial::{IMAGE, Trial, Web};

/// One machine alone: what is Vagrant's part.
#[test]
fn a_one_host_goes_up_and_down() {
    let trial = Trial::prepare();
    assert!(trial.vagrant(&["validate"]).contains("validated successfully"));
    trial.add_box(IMAGE, "libvirt");
    assert!(trial.vagrant(&["box", "list"]).contains(&format!("{IMAGE} (libvirt, ")));
    trial.vagrant(&["up", "host01"]);
    let said = trial.ssh("host01", "cloud-init status; id -un; hostname; sudo id -un");
    assert_eq!(said.lines().collect::<Vec<_>>(), ["status: done", "vagrant", "host01", "root"]);
    let keys = trial.ssh("host01", "cat .ssh/authorized_keys");
    assert!(keys.lines().count() == 1 && !keys.contains("insecure"), "{keys}");
    let address = trial.ssh("host01", "ip -4 -o address show eth1");
    assert!(address.contains("192.168.61.11/24"), "{address}");
    trial.vagrant(&["destroy", "--force"]);
    assert!(trial.vagrant(&["status"]).contains("not created"));
    assert!(!Trial::seed_copies_exist());
}

/// Two machines become a cluster by themselves.
#[test]
fn b_two_hosts_become_a_cluster() {
    let trial = Trial::prepare();
    trial.vagrant(&["up"]);
    for host in ["host01", "host02"] {
        trial.ssh(host, "sudo imgbuild-node status --wait");
    }
    let nodes =
        trial.ssh("host01", "sudo kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers");
    let ready: Vec<&str> =
        nodes.lines().filter(|line| line.contains(" Ready ")).filter_map(|l| l.split(' ').next()).collect();
    assert_eq!(ready, ["host01", "host02"], "{nodes}");
}

/// Vagrant compares digests; what it runs the box with need not be there.
#[test]
fn c_boxes_are_added_from_folders_and_from_a_web_server() {
    let trial = Trial::prepare();
    trial.add_box(IMAGE, "virtualbox");
    trial.pack("disks", &["--disks", "--version", "0.0.1", "--provider", "libvirt"]);
    trial.add_box("disks", "libvirt");
    let web = Web::of(&trial.folder("web"));
    trial.pack("web", &["--url", &web.url, "--version", "0.0.2"]);
    for provider in ["libvirt", "virtualbox"] {
        trial.add_box_of_web(&web.url, provider);
    }
    let list = trial.vagrant(&["box", "list"]);
    for added in ["virtualbox, 2", "libvirt, 0.0.1", "libvirt, 0.0.2", "virtualbox, 0.0.2"] {
        assert!(list.contains(&format!("{IMAGE} ({added}")), "{added}: {list}");
    }
}

#[test]
fn d_what_is_not_rendered_names_the_command_that_renders_it() {
    let trial = Trial::prepare();
    let empty = trial.folder("empty");
    let nothing = [("IMGBUILD_DIST", empty.to_str().unwrap()), ("IMGBUILD_CLUSTER", "")];
    let other = [("IMGBUILD_CLUSTER", "nope")];
    for (variables, command) in
        [(&nothing[..], "`imgbuild cloud-init archive-vagrant`"), (&other[..], "`imgbuild cloud-init nope`")]
    {
        let outcome = trial.vagrant_with(variables, &["validate"]);
        assert!(outcome.code != 0 && outcome.stderr.contains(command), "{outcome:?}");
    }
}
