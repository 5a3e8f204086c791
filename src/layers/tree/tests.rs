use super::*;
use crate::layers::entry::Content;
use proptest::prelude::*;

const EPOCH: u64 = 1000;

fn file(text: &str) -> Entry {
    Entry::file(Content::Bytes(text.into()), 0o644)
}

fn hardlink(target: &str) -> Entry {
    Entry { node: Node::Hardlink(target.into()), ..file("") }
}

fn tree(entries: &[(&str, Entry)]) -> Tree {
    let mut tree = Tree::new(EPOCH);
    for (path, entry) in entries {
        tree.insert(path, entry.clone()).unwrap();
    }
    tree
}

fn text(tree: &Tree, path: &str) -> String {
    let (_, entry) = tree.follow(path).unwrap();
    match &entry.node {
        Node::File(content) => String::from_utf8(content.to_vec().unwrap()).unwrap(),
        Node::Hardlink(target) => text(tree, target),
        other => panic!("{other:?}"),
    }
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.iter().map(|(path, _)| path).collect()
}

#[test]
fn missing_folders_are_made() {
    let tree = tree(&[("a/b/c", file("x"))]);
    assert_eq!(paths(&tree), ["a", "a/b", "a/b/c"]);
    assert_eq!((tree.get("a").unwrap().mode, tree.get("a").unwrap().mtime), (0o755, EPOCH));
}

#[test]
fn times_are_lowered_to_the_epoch_but_never_raised() {
    let old = Entry { mtime: 5, ..file("") };
    let new = Entry { mtime: EPOCH + 1, ..file("") };
    let tree = tree(&[("old", old), ("new", new)]);
    assert_eq!((tree.get("old").unwrap().mtime, tree.get("new").unwrap().mtime), (5, EPOCH));
}

#[test]
fn a_folder_over_a_folder_changes_metadata_only() {
    let tree = tree(&[("a/b", file("x")), ("a", Entry::directory(0o700))]);
    assert_eq!(tree.get("a").unwrap().mode, 0o700);
    assert_eq!(text(&tree, "a/b"), "x");
}

#[test]
fn a_file_over_a_folder_removes_what_was_below() {
    let tree = tree(&[("a/b/c", file("x")), ("ab", file("y")), ("a", file("z"))]);
    assert_eq!(paths(&tree), ["a", "ab"]);
}

#[test]
fn a_file_in_the_way_is_an_error() {
    let mut tree = tree(&[("a", file("x"))]);
    let error = tree.insert("a/b", file("y")).unwrap_err();
    assert_eq!(error.to_string(), "`/a/b` cannot be placed: `/a` is no folder");
}

#[test]
fn merged_usr_stays_intact() {
    let mut base = tree(&[("usr/lib/os-release", file("x")), ("lib", Entry::symlink("usr/lib"))]);
    let layer = tree(&[("lib/systemd/system/a.service", file("unit"))]);
    base.merge(layer).unwrap();
    assert!(matches!(base.get("lib").unwrap().node, Node::Symlink(_)));
    assert_eq!(text(&base, "usr/lib/systemd/system/a.service"), "unit");
    assert_eq!(text(&base, "lib/os-release"), "x");
    assert!(base.remove("lib/os-release") && base.get("usr/lib/os-release").is_none());
}

#[test]
fn a_folder_replaces_a_link_that_leads_to_no_folder() {
    let tree = tree(&[("a", Entry::symlink("nowhere")), ("a", Entry::directory(0o755))]);
    assert_eq!(tree.get("a").unwrap().node, Node::Directory);
}

#[test]
fn absolute_and_upward_links_stay_inside() {
    let tree = tree(&[
        ("var/run", Entry::symlink("/run")),
        ("escape", Entry::symlink("../../../etc")),
        ("var/run/a", file("x")),
        ("escape/passwd", file("y")),
    ]);
    assert_eq!(paths(&tree), ["escape", "etc", "etc/passwd", "run", "run/a", "var", "var/run"]);
}

#[test]
fn links_in_a_circle_are_an_error() {
    let mut tree = tree(&[("a", Entry::symlink("b")), ("b", Entry::symlink("a"))]);
    assert!(tree.insert("a/x", file("")).unwrap_err().to_string().contains("40 symbolic links"));
}

#[test]
fn the_first_name_in_order_carries_the_bytes() {
    let original = Entry { mode: 0o4755, uid: 7, ..file("data") };
    let tree = tree(&[("m", original), ("z", hardlink("m")), ("a", hardlink("z"))]);
    assert!(matches!(tree.get("a").unwrap().node, Node::File(_)));
    for name in ["m", "z"] {
        let entry = tree.get(name).unwrap();
        assert_eq!((&entry.node, entry.mode, entry.uid), (&Node::Hardlink("a".into()), 0o4755, 7));
    }
}

#[test]
fn a_file_lives_as_long_as_one_of_its_names() {
    let mut tree = tree(&[("a", file("data")), ("b", hardlink("a")), ("c", hardlink("a"))]);
    tree.insert("a", file("other")).unwrap();
    assert_eq!(
        (text(&tree, "a"), text(&tree, "b"), text(&tree, "c")),
        ("other".into(), "data".into(), "data".into())
    );
    tree.remove("b");
    assert!(matches!(tree.get("c").unwrap().node, Node::File(_)));
}

#[test]
fn a_hard_link_to_nothing_is_an_error() {
    let mut tree = tree(&[("d/x", file(""))]);
    for target in ["missing", "d"] {
        assert!(tree.insert("a", hardlink(target)).is_err(), "{target}");
    }
    assert!(tree.insert("d", hardlink("d/x")).is_err(), "a link cannot replace the folder of its target");
    assert!(tree.insert("", file("")).is_err(), "the root must be a folder");
}

fn operation() -> impl Strategy<Value = (String, u8, String)> {
    let path = || "[abc](/[abc]){0,2}";
    (path(), 0u8..5, path())
}

/// What the module documentation promises.
fn assert_promises(tree: &Tree) {
    let mut seen = std::collections::BTreeSet::new();
    for (path, entry) in tree.iter() {
        let (parent, _) = path::split(path);
        assert!(parent.is_empty() || tree.entries[parent].node == Node::Directory, "{path}");
        if let Node::Hardlink(target) = &entry.node {
            assert!(seen.contains(target), "{path} before {target}");
            assert!(matches!(tree.entries[target].node, Node::File(_)));
            assert!(tree.links[target].contains(path));
        }
        seen.insert(path.to_owned());
    }
    for (carrier, names) in &tree.links {
        for name in names {
            assert_eq!(tree.entries[name].node, Node::Hardlink(carrier.clone()));
        }
    }
}

proptest! {
    #[test]
    fn promises_hold_after_any_operations(operations in prop::collection::vec(operation(), 0..40)) {
        let mut tree = Tree::new(EPOCH);
        for (path, what, other) in operations {
            let _ = match what {
                0 => tree.insert(&path, Entry::directory(0o755)),
                1 => tree.insert(&path, file(&other)),
                2 => tree.insert(&path, Entry::symlink(other)),
                3 => tree.insert(&path, hardlink(&other)),
                _ => {
 tree.remove(&path);
 Ok(())
 }
            };
            assert_promises(&tree);
        }
        let mut copy = Tree::new(EPOCH);
        copy.merge(tree.clone()).unwrap();
        prop_assert_eq!(copy, tree);
    }
}
