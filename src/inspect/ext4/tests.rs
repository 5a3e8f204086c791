use super::*;
use crate::inspect::cache::Cached;
use crate::inspect::source::RawFile;
use crate::inspect::testing::{Tree, debugfs};
use crate::process::foreign;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

fn open(file: &Path) -> FileSystem {
    FileSystem::open(Rc::new(Cached::new(Rc::new(RawFile::open(file).unwrap())))).unwrap()
}

/// Short and long names and links, an indexed directory, a sparse file, modes, times.
fn sample() -> Tree {
    let tree = Tree::new();
    tree.write("etc/hostname", "host\n").write("empty", "").write("big", vec![7; 3_000_000]);
    tree.link("short", "etc/hostname").link("long", &"etc/../".repeat(20)).link("etc/loop", "loop");
    for number in 0..600 {
        tree.write(&format!("many/file-with-a-rather-long-name-{number}"), number.to_string());
    }
    fs_err::hard_link(tree.path("etc/hostname"), tree.path("second-name")).unwrap();
    fs_err::set_permissions(tree.path("empty"), std::fs::Permissions::from_mode(0o4711)).unwrap();
    let mut sparse = fs_err::File::create(tree.path("sparse")).unwrap();
    sparse.seek(SeekFrom::Start(1 << 20)).unwrap();
    sparse.write_all(b"in the middle").unwrap();
    sparse.set_len(5 << 20).unwrap();
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(86_400);
    sparse.file().set_modified(old).unwrap();
    tree
}

#[test]
fn sees_what_the_tree_held_that_mke2fs_was_given() {
    let tree = sample();
    let files = open(&tree.ext4("ext4", 16));
    let mut seen = BTreeMap::new();
    files
        .walk(|Visit { path, inode }| {
            seen.insert(path.to_owned(), inode.clone());
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.len(), 1 + 1 + 600 + 9 + 1, "{:?}", seen.keys());
    for (path, inode) in seen.iter().filter(|(path, _)| !matches!(path.as_str(), "" | "lost+found")) {
        let expected = fs_err::symlink_metadata(tree.path(path)).unwrap();
        let found = (inode.mode, inode.uid, inode.gid, inode.modified.seconds);
        assert_eq!(
            found,
            (expected.mode() & 0o7777, expected.uid(), expected.gid(), expected.mtime()),
            "{path}"
        );
        match inode.kind {
            Kind::File => {
                assert!(files.content(inode).unwrap() == fs_err::read(tree.path(path)).unwrap(), "{path}");
            }
            Kind::Symlink => {
                let target = fs_err::read_link(tree.path(path)).unwrap();
                assert_eq!(files.target(inode).unwrap(), target.as_os_str().as_encoded_bytes());
            }
            kind => assert_eq!(kind, Kind::Directory, "{path}"),
        }
    }
    assert_eq!((seen["second-name"].links, seen["second-name"].number), (2, seen["etc/hostname"].number));
    assert!(seen["sparse"].allocated < 16 << 10, "{}", seen["sparse"].allocated);
}

#[test]
fn a_hole_is_known_as_one() {
    let tree = sample();
    let files = open(&tree.ext4("ext4", 16));
    let inode = files.find("sparse").unwrap().unwrap();
    let mut reader = files.reader(&inode).unwrap();
    assert_eq!(reader.next_data(), 1 << 20);
    reader.skip_to(1 << 20);
    let mut bytes = [0; 13];
    reader.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"in the middle");
    reader.skip_to(2 << 20);
    assert_eq!((reader.next_data(), reader.position()), (5 << 20, 2 << 20));
}

#[test]
fn looks_up_through_links_but_never_above_the_root_and_never_for_ever() {
    let tree = sample();
    tree.link("up", "../../../etc/./hostname").link("absolute", "/etc");
    let files = open(&tree.ext4("ext4", 16));
    for path in ["etc/hostname", "/etc//hostname", "short", "up", "absolute/hostname", "long/etc/hostname"] {
        assert_eq!(files.text(path).unwrap().as_deref(), Some("host\n"), "{path}");
    }
    for path in ["etc/loop", "nowhere", "etc/hostname/x", "etc", "absolute/nowhere"] {
        assert_eq!(files.text(path).unwrap(), None, "{path}");
    }
    assert_eq!(
        files.list("etc").unwrap().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["hostname", "loop"]
    );
    assert!(files.list("nowhere").unwrap().is_empty());
}

#[test]
fn reads_attributes_and_devices_that_debugfs_made() {
    let tree = sample();
    let file = tree.ext4("ext4", 16);
    let long = "x".repeat(900);
    fs_err::write(tree.path("../value"), &long).unwrap();
    debugfs(&file, "ea_set /empty security.capability abcd");
    debugfs(&file, &format!("ea_set -f {} /empty user.long", tree.path("../value").display()));
    debugfs(&file, "mknod node c 10 200");
    debugfs(&file, "mknod wide b 200 3000");
    debugfs(&file, "set_inode_field /big mtime @5000000000");
    debugfs(&file, "set_inode_field /big uid 70000");
    let files = open(&file);
    let attributes = files.attributes(&files.find("empty").unwrap().unwrap()).unwrap();
    assert_eq!(attributes["security.capability"], b"abcd");
    assert_eq!(attributes["user.long"], long.as_bytes());
    assert_eq!(files.find("node").unwrap().unwrap().device(), Some((10, 200)));
    assert_eq!(files.find("wide").unwrap().unwrap().device(), Some((200, 3000)));
    let big = files.find("big").unwrap().unwrap();
    assert_eq!((big.modified.seconds, big.uid, big.device()), (5_000_000_000, 70_000, None));
}

#[test]
fn reads_small_blocks_small_inodes_and_no_checksums() {
    let tree = sample();
    let file = tree.path("../small");
    foreign("mke2fs")
        .args(["-q", "-t", "ext4", "-b", "1024", "-I", "128", "-O", "^64bit,^metadata_csum", "-d"])
        .arg(tree.path(""))
        .arg(&file)
        .arg("24M")
        .run()
        .unwrap();
    let files = open(&file);
    assert_eq!((files.block_size(), files.size()), (1024, 24 << 20));
    assert_eq!(files.read("many/file-with-a-rather-long-name-599").unwrap().unwrap(), b"599");
    assert_eq!(files.read("big").unwrap().unwrap().len(), 3_000_000);
}

#[test]
fn a_file_in_many_pieces_is_read_whole() {
    let tree = Tree::new();
    let mut file = fs_err::File::create(tree.path("pieces")).unwrap();
    for piece in 0..900_u64 {
        file.seek(SeekFrom::Start(piece * 8192)).unwrap();
        file.write_all(&(piece + 1).to_le_bytes()).unwrap();
    }
    let files = open(&tree.ext4("ext4", 16));
    let inode = files.find("pieces").unwrap().unwrap();
    assert_eq!(files.extents(&inode).unwrap().len(), 900);
    assert!(files.content(&inode).unwrap() == fs_err::read(tree.path("pieces")).unwrap());
}

#[test]
fn refuses_features_by_name_and_truncation_by_size() {
    let tree = Tree::new();
    tree.write("a", "a");
    let file = tree.path("../inline");
    foreign("mke2fs").args(["-q", "-t", "ext4", "-O", "inline_data"]).arg(&file).arg("4M").run().unwrap();
    let error = FileSystem::open(Rc::new(RawFile::open(&file).unwrap())).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "ext4 file system with the feature `inline_data`");
    let bytes = fs_err::read(tree.ext4("ext4", 4)).unwrap();
    let error = FileSystem::open(Rc::new(bytes[..1 << 20].to_vec())).map(drop).unwrap_err();
    assert!(error.to_string().contains("its partition has 1048576 bytes"), "{error}");
    assert!(FileSystem::open(Rc::new(Vec::new())).is_err());
}

#[test]
fn a_directory_inside_itself_is_refused() {
    let tree = Tree::new();
    tree.write("a/b/c", "c");
    let file = tree.ext4("ext4", 4);
    debugfs(&file, "link /a /a/b/again");
    let error = open(&file).walk(|_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("two names, one is `a/b/again`"), "{error}");
}

#[test]
fn says_what_a_block_is_for() {
    let tree = Tree::new();
    let files = open(&tree.ext4("ext4", 8));
    let inodes = files.group(0).unwrap().inode_table * files.block_size();
    assert_eq!(files.describe(1030), "the superblock");
    assert_eq!(files.describe(2048), "the group descriptors");
    assert_eq!(files.describe(inodes + 256), "inode 2 in the inode table of block group 0");
    assert!(files.describe(files.size() - 1).contains("unused"));
}

/// Without checksums, so that changed bytes reach the code behind them.
static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let tree = sample();
    let file = tree.path("../plain");
    foreign("mke2fs")
        .args(["-q", "-t", "ext4", "-N", "700", "-O", "^metadata_csum,^has_journal,^resize_inode", "-d"])
        .arg(tree.path(""))
        .arg(&file)
        .arg("8M")
        .run()
        .unwrap();
    debugfs(&file, "ea_set /empty user.a b");
    fs_err::read(&file).unwrap()
});

/// Reads everything there is to read.
fn exercise(bytes: Vec<u8>) -> Result<()> {
    let files = FileSystem::open(Rc::new(bytes))?;
    files.describe(files.size() / 2);
    let _ = files.find("long/short");
    files.walk(|Visit { inode, .. }| {
        let _ = (files.attributes(inode), inode.device(), files.target(inode));
        let _ = files.content(inode);
        Ok(())
    })
}

#[test]
fn the_plain_sample_is_readable() {
    exercise(PLAIN.clone()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn never_panics_on_changed_bytes(
        changes in prop::collection::vec((0_usize..160, 0_usize..4096, any::<u8>()), 1..40),
        superblock in prop::collection::vec((1024_usize..1536, any::<u8>()), 0..2),
    ) {
        let mut bytes = PLAIN.clone();
        for (block, offset, byte) in changes {
            bytes[block * 4096 + offset.max(if block == 0 { 2048 } else { 0 })] = byte;
        }
        for (offset, byte) in superblock {
            bytes[offset] = byte;
        }
        let _ = exercise(bytes);
    }

    #[test]
    fn never_panics_on_truncation(length in 0_usize..(8 << 20)) {
        prop_assert!(exercise(PLAIN[..length].to_vec()).is_err());
    }
}
