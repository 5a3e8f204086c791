use super::*;
use crate::inspect::testing::{Tree, debugfs};
use crate::output::qcow2;
use crate::process::{Tool, foreign};
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::LazyLock;

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// The same tree twice, so that a test can change one of them.
fn twins() -> (Tree, Tree) {
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let make = || {
        let tree = Tree::new();
        tree.write("etc/hostname", "host\n").write("etc/hosts", "127.0.0.1 localhost\n");
        tree.write("usr/bin/tool", vec![1; 300_000]).link("bin", "usr/bin");
        tree
    };
    let pair = (make(), make());
    for tree in [&pair.0, &pair.1] {
        settle(tree, old);
    }
    pair
}

/// Gives everything in `tree` the same time.
fn settle(tree: &Tree, time: std::time::SystemTime) {
    for path in ["etc/hostname", "etc/hosts", "usr/bin/tool", "usr/bin", "usr", "etc", ""] {
        fs_err::File::open(tree.path(path)).unwrap().file().set_modified(time).unwrap();
    }
    Tool::new("touch").args(["-h", "-d", "@1000000"]).arg(tree.path("bin")).run().unwrap();
}

fn disk(tree: &Tree) -> PathBuf {
    tree.disk("disk.raw", Some(&vec![3; 1 << 20]), &tree.ext4("root.ext4", 8))
}

fn difference(expected: &Path, actual: &Path) -> Difference {
    match compare(expected, actual).unwrap() {
        Comparison::Different(difference) => *difference,
        Comparison::Same => panic!("no difference"),
    }
}

/// What is said about twins of which the second was changed by `change` before it became a disk.
fn changed(change: impl FnOnce(&Tree)) -> String {
    let (left, right) = twins();
    change(&right);
    settle(&right, std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000));
    difference(&disk(&left), &disk(&right)).to_string()
}

/// A disk and a copy of it. Twins will not do here: mke2fs takes over when each file was made.
fn copies() -> (Tree, PathBuf, PathBuf) {
    let tree = twins().0;
    let (original, copy) = (disk(&tree), tree.path("../copy.raw"));
    fs_err::copy(&original, &copy).unwrap();
    (tree, original, copy)
}

/// What is said about a disk and one with the same root file system changed by `command` of debugfs.
fn edited(command: &str) -> String {
    let (tree, original, _) = copies();
    let root = tree.path("../root.ext4");
    debugfs(&root, command);
    difference(&original, &tree.disk("edited.raw", Some(&vec![3; 1 << 20]), &root)).to_string()
}

/// What is said about a disk and a copy of it in which the byte at `offset` was changed.
fn flipped(offset: u64) -> String {
    let (_tree, original, copy) = copies();
    let mut bytes = fs_err::read(&copy).unwrap();
    bytes[usize::try_from(offset).unwrap()] ^= 0xff;
    fs_err::write(&copy, bytes).unwrap();
    difference(&original, &copy).to_string()
}

#[test]
fn the_same_disk_is_the_same() {
    let (_tree, original, copy) = copies();
    let comparison = compare(&original, &copy).unwrap();
    assert_eq!(comparison.to_string(), "the images are the same");
    assert_eq!(serde_json::to_value(comparison).unwrap(), serde_json::json!({"result": "same"}));
}

#[test]
fn a_raw_and_a_qcow2_image_of_one_disk_are_the_same() {
    let (tree, original, copy) = copies();
    let packed = tree.path("../disk.qcow2");
    let mut out = fs_err::File::create(&packed).unwrap();
    let raw = fs_err::File::open(&original).unwrap().into_file();
    qcow2::write(&raw, &mut out, qcow2::Compression::Zstd, 1, None).unwrap();
    drop(out);
    assert_eq!(compare(&packed, &copy).unwrap(), Comparison::Same);
    assert_eq!(Image::open(&packed).unwrap().format, crate::inspect::Format::Qcow2);
}

#[test]
fn content_is_named_with_offset_sizes_and_digests() {
    let text = changed(|tree| {
        tree.write("etc/hostname", "hose, all of it\n");
    });
    let digest = crate::digest::Sha256::of("hose, all of it\n");
    let expected = crate::digest::Sha256::of("host\n");
    assert_eq!(
        text,
        format!(
            "the images differ in a file of the root file system: `/etc/hostname`\n  content from offset 3: \
             expected 5 B sha256:{expected}, found 16 B sha256:{digest}"
        )
    );
}

#[test]
fn a_longer_file_differs_where_the_shorter_one_ends() {
    let text = changed(|tree| {
        tree.write("etc/hosts", "127.0.0.1 localhost\nmore");
    });
    assert!(text.contains("`/etc/hosts`\n  content from offset 20: expected 20 B"), "{text}");
}

#[test]
fn a_change_far_into_a_file_is_found() {
    let mut bytes = vec![1; 300_000];
    bytes[299_000] = 2;
    let text = changed(|tree| {
        tree.write("usr/bin/tool", bytes);
    });
    assert!(text.contains("`/usr/bin/tool`\n  content from offset 299000:"), "{text}");
}

#[test]
fn modes_times_types_links_and_owners_are_named() {
    let text = changed(|tree| {
        let mode = std::fs::Permissions::from_mode(0o4755);
        fs_err::set_permissions(tree.path("etc/hosts"), mode).unwrap();
    });
    assert!(text.contains("`/etc/hosts`\n  mode: expected 0644, found 4755"), "{text}");
    let text = edited("set_inode_field /etc/hosts mtime @5");
    assert!(text.contains("`/etc/hosts`\n  mtime: expected @1000000, found @5"), "{text}");
    let text = edited("set_inode_field /etc/hosts gid 70000");
    assert!(text.contains(":70000"), "{text}");
    let text = changed(|tree| {
        fs_err::remove_file(tree.path("bin")).unwrap();
        tree.link("bin", "usr/sbin");
    });
    assert!(text.contains("`/bin`\n  link target: expected `usr/bin`, found `usr/sbin`"), "{text}");
    let text = edited("ea_set /etc/hosts security.capability ab");
    assert!(text.contains("attribute security.capability: expected none, found 6162"), "{text}");
}

#[test]
fn a_missing_folder_counts_with_all_that_is_in_it() {
    let (left, right) = twins();
    for number in 0..30 {
        left.write(&format!("etc/many/{number:02}"), "");
    }
    settle(&left, std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000));
    let found = difference(&disk(&left), &disk(&right));
    assert_eq!((found.place, found.count, found.findings.len()), (Place::RootFiles, 31, Difference::MOST));
    let text = found.to_string();
    assert!(text.contains("`/etc/many`\n  missing from the actual image\n31 differ in all:"), "{text}");
    assert!(text.ends_with("/etc/many/18: missing from the actual image\n  and 11 more"), "{text}");
}

#[test]
fn a_file_in_place_of_a_folder_is_a_difference_of_type() {
    let text = changed(|tree| {
        fs_err::remove_file(tree.path("etc/hosts")).unwrap();
        fs_err::create_dir(tree.path("etc/hosts")).unwrap();
    });
    assert!(text.contains("`/etc/hosts`\n  type: expected regular file, found directory"), "{text}");
}

#[test]
fn file_system_metadata_is_named_by_block_and_purpose() {
    let text = edited("set_super_value mkfs_time 7");
    assert!(
        text.contains("all files in it are the same") && text.contains(", block 1, the superblock"),
        "{text}"
    );
    let text = edited("set_inode_field /etc/hosts atime @7");
    assert!(text.contains("all files in it are the same") && text.contains("in the inode table"), "{text}");
}

#[test]
fn boot_code_gaps_and_partition_tables_are_told_apart() {
    for (offset, expected) in [
        (439, "BIOS boot code: `sector 0`\n  bytes from offset 439"),
        ((1 << 20) + 5, "`BIOS boot partition`\n  bytes from offset 5"),
        (600_000, "outside of their partitions: `disk`\n  bytes from offset 600000"),
        (512, "readable table: expected the primary, found the backup"),
    ] {
        let text = flipped(offset);
        assert!(text.contains(expected), "{offset}: {text}");
    }
}

#[test]
fn partitions_differ_before_what_is_in_them() {
    let (left, right) = twins();
    let (root, other) = (left.ext4("root.ext4", 8), right.ext4("root.ext4", 9));
    let found = difference(&left.disk("a", None, &root), &right.disk("b", None, &other));
    assert_eq!(found.place, Place::PartitionTable);
    let text = found.to_string();
    assert!(text.contains("`disk`\n  size: expected 11534336, found 12582912"), "{text}");
    assert!(text.contains("partition 2: size"), "{text}");
    let found = difference(&left.disk("a", None, &root), &left.disk("c", Some(&[0; 9]), &root));
    assert!(found.findings.iter().any(|finding| finding.subject == "partition 3"), "{found}");
}

#[test]
fn what_is_no_image_is_an_error_that_names_the_file() {
    let (left, _) = twins();
    let garbage = left.path("../garbage");
    fs_err::write(&garbage, vec![9; 2 << 20]).unwrap();
    let error = compare(&disk(&left), &garbage).unwrap_err();
    assert!(format!("{error:#}").contains("garbage`: no readable GPT"), "{error:#}");
    assert_eq!(crate::error::exit_code(&error), 3);
}

#[test]
fn a_file_of_the_boot_partition_is_named() {
    let esp = |content: &str| {
        let directory = tempfile::tempdir().unwrap();
        let (image, file) = (directory.path().join("esp"), directory.path().join("grub.cfg"));
        foreign("mkfs.vfat").args(["-C", "-i", "1"]).arg(&image).arg("1024").run().unwrap();
        fs_err::write(&file, content).unwrap();
        fs_err::File::open(&file).unwrap().file().set_modified(std::time::UNIX_EPOCH + DAY * 9000).unwrap();
        foreign("mcopy").arg("-mi").arg(&image).arg(&file).arg("::/grub.cfg").run().unwrap();
        fs_err::read(image).unwrap()
    };
    let (tree, ..) = copies();
    let root = tree.path("../root.ext4");
    let (left, right) =
        (tree.disk("a", Some(&esp("one")), &root), tree.disk("b", Some(&esp("three")), &root));
    let text = difference(&left, &right).to_string();
    let digest = crate::digest::Sha256::of;
    let expected = format!("expected 3 B sha256:{}, found 5 B sha256:{}", digest("one"), digest("three"));
    assert!(text.ends_with(&format!("EFI system partition: `/grub.cfg`\n  content: {expected}")), "{text}");
}

#[test]
fn a_comparison_can_be_read_by_programs() {
    let (left, right) = twins();
    right.write("etc/hostname", "other");
    let json = serde_json::to_value(compare(&disk(&left), &disk(&right)).unwrap()).unwrap();
    assert_eq!((&json["result"], &json["place"]), (&"different".into(), &"root-files".into()));
    assert_eq!(json["findings"][0]["changes"][0]["offset"], 0);
}

static DISK: LazyLock<Vec<u8>> = LazyLock::new(|| fs_err::read(disk(&twins().0)).unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_changed_byte_is_always_found_and_never_a_panic(offset in 0_usize..(12 << 20), change in 1_u8..) {
        let directory = tempfile::tempdir().unwrap();
        let (left, right) = (directory.path().join("a"), directory.path().join("b"));
        let mut bytes = DISK.clone();
        fs_err::write(&left, &bytes).unwrap();
        bytes[offset] ^= change;
        fs_err::write(&right, &bytes).unwrap();
        prop_assert!(!matches!(compare(&left, &right), Ok(Comparison::Same)));
    }
}
