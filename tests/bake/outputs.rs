//! What a bake leaves, read back by foreign tools.

use crate::support::{Project, sums_hold, tool};

#[test]
fn every_output_is_sound_for_those_who_did_not_write_it() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let folder = project.path("dist/mini");
    assert!(sums_hold(&folder));
    let (raw, qcow2) = (folder.join("mini.raw"), folder.join("mini.qcow2"));
    let (raw, qcow2) = (raw.to_str().unwrap(), qcow2.to_str().unwrap());
    tool("qemu-img", &["check", qcow2]);
    tool("qemu-img", &["compare", raw, qcow2]);
    assert!(tool("/usr/sbin/sfdisk", &["--verify", raw]).contains("No errors detected"));
    let (esp, root) = (cut(&project, raw, "uefi"), cut(&project, raw, "linux"));
    tool("/usr/sbin/fsck.vfat", &["-n", &esp]);
    tool("/usr/sbin/e2fsck", &["-f", "-n", &root]);
    assert_eq!(tool("/usr/sbin/debugfs", &["-R", "cat /etc/greeting", &root]), "hello from mini\n");
}

/// The partition whose type sfdisk calls `alias`, as a file of its own.
fn cut(project: &Project, disk: &str, alias: &str) -> String {
    let guid = match alias {
        "uefi" => "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
        _ => "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
    };
    let table: serde_json::Value =
        serde_json::from_str(&tool("/usr/sbin/sfdisk", &["--json", disk])).unwrap();
    let partitions = table["partitiontable"]["partitions"].as_array().unwrap();
    let partition = partitions.iter().find(|partition| partition["type"] == guid).unwrap();
    let (start, size) = (&partition["start"], &partition["size"]);
    let path = project.path(alias).to_str().unwrap().to_owned();
    let place =
        [format!("if={disk}"), format!("of={path}"), format!("skip={start}"), format!("count={size}")];
    tool("dd", &[&place[0], &place[1], &place[2], &place[3], "bs=512", "conv=sparse", "status=none"]);
    path
}

#[test]
fn inspect_and_verify_agree_with_the_bake() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let inspected = project.run(&["inspect", "mini", "--format", "json"]).success();
    let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
    assert_eq!(inspected["image"]["name"], "mini");
    project.run(&["inspect", "mini", "--size", "--svg", "size.svg"]).success();
    assert!(project.read("size.svg").contains("<svg"));
    project.run(&["verify", "mini"]).success();
}

#[test]
fn verify_names_the_first_file_that_differs() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let raw = project.path("dist/mini/mini.raw");
    let mut bytes = std::fs::read(&raw).unwrap();
    let at = bytes.windows(16).position(|window| window == b"hello from mini\n").unwrap();
    bytes[at] = b'j';
    std::fs::write(&raw, bytes).unwrap();
    project.run(&["verify", "mini"]).failure(5, &["etc/greeting"]);
}

#[test]
fn a_second_bake_writes_nothing() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let changed = |name| std::fs::metadata(project.path(name)).unwrap().modified().unwrap();
    let before = changed("dist/mini/mini.raw");
    let again = project.run(&["bake", "mini"]).success();
    assert!(again.stderr.contains("up to date"), "{}", again.stderr);
    assert_eq!(changed("dist/mini/mini.raw"), before);
}

#[test]
fn a_changed_output_is_noticed_and_made_again() {
    let project = Project::mini();
    project.run(&["bake", "mini"]).success();
    let before = project.sums("mini");
    std::fs::write(project.path("dist/mini/mini.qcow2"), "damaged").unwrap();
    project.run(&["bake", "mini"]).success();
    assert!(sums_hold(&project.path("dist/mini")));
    assert_eq!(project.sums("mini"), before);
}
