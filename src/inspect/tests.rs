//! A small image with everything in it that a report is about.

use super::size::{Kind, measure};
use super::testing::{self, Tree};
use super::*;
use crate::digest::Sha256;
use crate::process::foreign;
use serde_json::{Value, json};
use std::path::PathBuf;

const STATUS: &str = "\
Package: sed
Status: install ok installed
Installed-Size: 10
Architecture: amd64
Version: 4.9-1

Package: kubelet
Status: hold ok installed
Architecture: amd64
Version: 1.36.4-1.1
";

/// Adds a blob to the layout in `tree` and returns its descriptor.
fn blob(tree: &Tree, content: &[u8]) -> Value {
    let digest = Sha256::of(content);
    tree.write(&format!("var/lib/imgbuild/oci/blobs/sha256/{digest}"), content);
    json!({"mediaType": "application/octet-stream", "digest": digest.prefixed(), "size": content.len()})
}

/// Adds an image with an own layer and a shared one and returns its descriptor.
fn container(tree: &Tree, name: &str, own: &[u8], shared: &[u8]) -> Value {
    let config = blob(tree, name.as_bytes());
    let manifest = json!({"config": config, "layers": [blob(tree, own), blob(tree, shared)]});
    let mut descriptor = blob(tree, manifest.to_string().as_bytes());
    descriptor["annotations"] = json!({"org.opencontainers.image.ref.name": name});
    descriptor
}

fn sample() -> Tree {
    let tree = Tree::new();
    tree.write("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13\"\nID=debian\n");
    tree.write("boot/vmlinuz-6.12.1-cloud-amd64", "kernel");
    tree.write("var/lib/dpkg/status", STATUS).link("bin", "usr/bin");
    tree.write("var/lib/dpkg/info/sed.list", "/.\n/bin\n/bin/sed\n").write("usr/bin/sed", vec![1; 50_000]);
    tree.write("var/lib/dpkg/info/kubelet:amd64.list", "/usr/bin/kubelet\n");
    tree.write("usr/bin/kubelet", vec![2; 80_000]).write("opt/cni/bin/bridge", vec![3; 60_000]);
    tree.write("etc/kubernetes/components/20-calico.yaml", "kind: List\n").write("etc/motd", "hello\n");
    let units = "etc/systemd/system";
    tree.write(&format!("{units}/own.service"), "");
    tree.link(&format!("{units}/multi-user.target.wants/ssh.service"), "/lib/systemd/system/ssh.service");
    tree.link(&format!("{units}/sockets.target.requires/a.socket"), "/lib/systemd/system/a.socket");
    let files = json!({"/opt/cni/bin/bridge": "artifact:cni-plugins", "/etc/motd": "overlay:/etc/motd"});
    let record = testing::record(&files);
    tree.write("etc/imgbuild/image.json", record.to_string());
    let shared = vec![9; 70_000];
    let images = [
        container(&tree, "example.org/proxy:v1", &vec![8; 40_000], &shared),
        container(&tree, "example.org/api:v1", &vec![7; 30_000], &shared),
    ];
    tree.write("var/lib/imgbuild/oci/index.json", json!({"manifests": images}).to_string());
    tree
}

fn disk(tree: &Tree) -> PathBuf {
    tree.disk("disk.raw", Some(&[0; 512]), &tree.ext4("root.ext4", 16))
}

#[test]
fn reports_what_is_in_an_image() {
    let found = inspect(&disk(&sample())).unwrap();
    assert_eq!(found.image["name"], "sample");
    assert_eq!(found.os_release["PRETTY_NAME"], "Debian GNU/Linux 13");
    assert_eq!(found.kernels, ["6.12.1-cloud-amd64"]);
    assert_eq!(found.units, ["a.socket", "ssh.service"]);
    let packages: Vec<_> = found.packages.iter().map(|p| (p.name.as_str(), p.held)).collect();
    assert_eq!(packages, [("kubelet", true), ("sed", false)]);
    let names: Vec<_> = found.containers.iter().map(|image| image.name.as_str()).collect();
    assert_eq!(names, ["example.org/api:v1", "example.org/proxy:v1"]);
    assert_eq!(found.containers[0].blobs.len(), 4);
    assert!(found.containers[0].size() > 100_000);
    let manifest = &found.manifests[0];
    assert_eq!(manifest.path, "etc/kubernetes/components/20-calico.yaml");
    assert_eq!((manifest.size, manifest.sha256), (11, Sha256::of("kind: List\n")));
    assert_eq!((found.disk.table.partitions.len(), found.root.size), (3, 16 << 20));
}

#[test]
fn the_report_reads_well_and_as_json() {
    let found = inspect(&disk(&sample())).unwrap();
    let text = found.to_text();
    for line in [
        "  kubernetes version           1.36.4",
        "  operating system             Debian GNU/Linux 13",
        "  kernel                       6.12.1-cloud-amd64",
        "       2  EFI system  2.00 MiB  1.00 MiB  esp   02020202-0202-0202-0202-020202020202",
        "  cni-plugins      1  /opt/cni/bin/bridge",
        "  kubelet  1.36.4-1.1  amd64                    0 B  held",
        "enabled units (2)",
    ] {
        assert!(text.lines().any(|found| found == line), "`{line}` is not in\n{text}");
    }
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["disk"]["partitions"]["3"]["role"], "root");
    assert_eq!(json["packages"][0]["held"], true);
}

#[test]
fn an_image_with_nothing_in_it_is_reported_too() {
    let found = inspect(&disk(&Tree::new())).unwrap();
    assert!(found.image.is_null() && found.packages.is_empty() && found.containers.is_empty());
    assert!(found.to_text().contains("operating system  unknown"), "{}", found.to_text());
}

#[test]
fn every_block_is_counted_once_for_what_it_is_there_for() {
    let tree = sample();
    let usage = measure(&disk(&tree)).unwrap();
    let files = |kind, name: &str| {
        let item = usage.items.iter().find(|item| item.kind == kind && item.name == name);
        let item = item.unwrap_or_else(|| panic!("{name}: {:?}", usage.items));
        (item.files, item.bytes >> 10)
    };
    assert_eq!(files(Kind::Package, "sed"), (1, 49));
    assert_eq!(files(Kind::Package, "kubelet"), (1, 79));
    assert_eq!(files(Kind::Artifact, "cni-plugins"), (1, 59));
    assert_eq!(files(Kind::Overlay, "/etc/motd"), (1, 1));
    assert_eq!(files(Kind::Container, "example.org/proxy:v1").0, 3);
    let shared = Sha256::of(vec![9; 70_000]).to_string();
    let layer = format!("layer {} shared by 2 images", &shared[..12]);
    assert_eq!(files(Kind::Container, &layer), (1, 69));
    assert_eq!(files(Kind::Generated, "/boot").0, 1);
    assert_eq!(usage.items.iter().map(|item| item.bytes).sum::<u64>(), usage.used);
    let image = Image::open(&disk(&tree)).unwrap();
    assert_eq!(usage.used, image.root().unwrap().size() - image.root().unwrap().free());
}

#[test]
fn a_file_with_two_names_is_counted_once() {
    let tree = sample();
    let before = measure(&disk(&tree)).unwrap();
    fs_err::hard_link(tree.path("usr/bin/sed"), tree.path("usr/bin/zed")).unwrap();
    assert_eq!(measure(&disk(&tree)).unwrap().used, before.used);
}

#[test]
fn the_picture_is_drawn_by_a_foreign_reader() {
    let tree = sample();
    let (svg, png) = (tree.path("../size.svg"), tree.path("../size.png"));
    fs_err::write(&svg, measure(&disk(&tree)).unwrap().to_svg("sample")).unwrap();
    foreign("rsvg-convert").arg("-o").arg(&png).arg(&svg).run().unwrap();
    assert!(fs_err::read(&png).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn what_is_no_image_is_an_error_with_the_file_and_a_hint() {
    let tree = Tree::new();
    let garbage = tree.path("../garbage");
    for bytes in [vec![], vec![1; 100], vec![0; 1 << 20], b"QFI\xfb garbage".to_vec()] {
        fs_err::write(&garbage, bytes).unwrap();
        let error = inspect(&garbage).map(drop).unwrap_err();
        assert!(format!("{error:#}").contains("garbage`"), "{error:#}");
        assert!(crate::error::hint(&error).is_some(), "{error:#}");
    }
}

#[test]
fn a_broken_index_is_an_error_that_names_it() {
    let tree = sample();
    tree.write("var/lib/imgbuild/oci/index.json", "{\"manifests\": [{\"digest\": \"../../etc/passwd\"}]}");
    let error = inspect(&disk(&tree)).unwrap_err();
    assert!(format!("{error:#}").contains("`var/lib/imgbuild/oci/index.json` in the image"), "{error:#}");
    assert_eq!(crate::error::exit_code(&error), 3);
}
