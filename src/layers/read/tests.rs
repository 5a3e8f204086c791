//! Write and read again, here and by other programs.

use super::*;
use crate::layers::entry::{Entry, Node};
use crate::layers::write;
use crate::process::{Tool, foreign};
use proptest::prelude::*;

const EPOCH: u64 = 1_700_000_000;

fn every_kind() -> Tree {
    let long = format!("{}/{}", "d".repeat(90), "f".repeat(120));
    let entries = [
        ("", Entry::directory(0o755)),
        ("dev/null", Entry { node: Node::Character(1, 3), ..Entry::directory(0o666) }),
        ("dev/loop7", Entry { node: Node::Block(7, 300), ..Entry::directory(0o660) }),
        ("run/fifo", Entry { node: Node::Fifo, ..Entry::directory(0o600) }),
        ("tmp", Entry::directory(0o1777)),
        ("a/setuid", Entry { uid: 3_000_000, ..Entry::file(Content::Bytes(vec![7; 1000]), 0o4755) }),
        ("a/other-name", Entry { node: Node::Hardlink("a/setuid".into()), ..Entry::directory(0) }),
        (
            "a/ping",
            Entry {
                capability: Some(b"\x01\n\0\x02".to_vec()),
                ..Entry::file(Content::Bytes("p".into()), 0o755)
            },
        ),
        ("a/empty", Entry::file(Content::Bytes(Vec::new()), 0o600)),
        ("a/Főtanúsítvány", Entry::symlink("x".repeat(150))),
        (&long, Entry::file(Content::Bytes("long".into()), 0o644)),
    ];
    let mut tree = Tree::new(EPOCH);
    for (path, entry) in entries {
        tree.insert(path, entry).unwrap();
    }
    tree
}

/// Both trees with their bytes in memory, to compare them.
fn in_memory(tree: &Tree) -> Vec<(String, Entry)> {
    let load = |entry: &Entry| match &entry.node {
        Node::File(content) => {
            Entry { node: Node::File(Content::Bytes(content.to_vec().unwrap())), ..entry.clone() }
        }
        // Only the carrier's header has the attribute.
        Node::Hardlink(_) => Entry { capability: None, ..entry.clone() },
        _ => entry.clone(),
    };
    tree.iter().map(|(path, entry)| (path.to_owned(), load(entry))).collect()
}

fn written(tree: &Tree) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tar");
    write::tar(tree, fs_err::File::create(&path).unwrap()).unwrap();
    (dir, path)
}

#[test]
fn every_kind_of_node_is_read_as_it_was_written() {
    let (_dir, path) = written(&every_kind());
    assert_eq!(in_memory(&tree(&path, EPOCH).unwrap()), in_memory(&every_kind()));
}

#[test]
fn two_runs_write_the_same_bytes() {
    let (_one, first) = written(&every_kind());
    let (_two, second) = written(&tree(&first, EPOCH).unwrap());
    assert_eq!(fs_err::read(first).unwrap(), fs_err::read(second).unwrap());
}

#[test]
fn gnu_tar_lists_what_was_written() {
    let (_dir, path) = written(&every_kind());
    let listing = Tool::new("tar").args(["--numeric-owner", "-tvf"]).arg(&path).text().unwrap();
    for line in [
        "-rwsr-xr-x 3000000/0",
        "crw-rw-rw- 0/0             1,3",
        "7,300",
        "drwxrwxrwt",
        "prw-------",
        "a/setuid link to a/other-name",
        &"f".repeat(120),
        &"x".repeat(150),
        "2023-11-14 22:13",
    ] {
        assert!(listing.contains(line), "`{line}` is not in\n{listing}");
    }
}

#[test]
fn gnu_tars_own_formats_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let name = format!("{}/{}", "d".repeat(100), "f".repeat(150));
    fs_err::create_dir_all(dir.path().join("in").join("d".repeat(100))).unwrap();
    fs_err::write(dir.path().join("in").join(&name), "content").unwrap();
    for format in ["gnu", "pax", "posix"] {
        let path = dir.path().join(format);
        Tool::new("tar")
            .arg("-C")
            .arg(dir.path().join("in"))
            .arg(format!("--format={format}"))
            .arg("-cf")
            .arg(&path)
            .arg(".")
            .run()
            .unwrap();
        let tree = tree(&path, EPOCH).unwrap();
        assert_eq!(tree.len(), 3, "{format}");
        let Node::File(content) = &tree.get(&name).unwrap().node else { panic!("{format}") };
        assert_eq!(content.to_vec().unwrap(), b"content", "{format}");
    }
}

#[test]
fn sparse_members_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = fs_err::File::create(dir.path().join("holes")).unwrap();
    file.set_len(1 << 20).unwrap();
    for format in ["gnu", "pax"] {
        let path = dir.path().join(format!("{format}.tar"));
        Tool::new("tar")
            .arg("-C")
            .arg(dir.path())
            .arg(format!("--format={format}"))
            .arg("-Scf")
            .arg(&path)
            .arg("holes")
            .run()
            .unwrap();
        let error = format!("{:#}", tree(&path, EPOCH).unwrap_err());
        assert!(error.contains("stored as a sparse file"), "{error}");
    }
}

#[test]
fn truncation_is_noticed_wherever_it_happens() {
    let (_dir, path) = written(&every_kind());
    let bytes = fs_err::read(&path).unwrap();
    for length in (0..bytes.len() - 1024).step_by(256) {
        fs_err::write(&path, &bytes[..length]).unwrap();
        let error = format!("{:#}", tree(&path, EPOCH).unwrap_err());
        assert!(error.contains("truncated"), "{length}: {error}");
    }
}

#[test]
fn a_damaged_header_is_noticed() {
    let (_dir, path) = written(&every_kind());
    let mut bytes = fs_err::read(&path).unwrap();
    bytes[0] ^= 1;
    fs_err::write(&path, bytes).unwrap();
    assert!(format!("{:#}", tree(&path, EPOCH).unwrap_err()).contains("checksum"));
}

#[test]
fn libarchive_lists_what_was_written() {
    let (_dir, path) = written(&every_kind());
    let listing = foreign("bsdtar").args(["--numeric-owner", "-tvf"]).arg(&path).text().unwrap();
    for part in ["a/setuid link to a/other-name", "7,300", &"f".repeat(120), &"x".repeat(150)] {
        assert!(listing.contains(part), "`{part}` is not in\n{listing}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_tree_is_read_as_it_was_written(
        files in prop::collection::btree_map("[a-zé]{1,60}(/[a-z ]{1,60}){0,4}", (prop::collection::vec(any::<u8>(), 0..1500), 0u32..0o10000, any::<u32>(), prop::option::of(prop::collection::vec(any::<u8>(), 1..30))), 0..8)
    ) {
        let mut made = Tree::new(EPOCH);
        for (path, (bytes, mode, uid, capability)) in files {
            let _ = made.insert(&path, Entry { uid, capability, ..Entry::file(Content::Bytes(bytes), mode) });
        }
        let (_dir, path) = written(&made);
        prop_assert_eq!(in_memory(&tree(&path, EPOCH).unwrap()), in_memory(&made));
    }
}
