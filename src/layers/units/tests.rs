use super::*;
use crate::layers::entry::Content;

fn tree(units: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new(0);
    tree.insert("usr/lib", Entry::directory(0o755)).unwrap();
    tree.insert("lib", Entry::symlink("usr/lib")).unwrap();
    for (name, text) in units {
        let file = Entry::file(Content::Bytes(text.as_bytes().to_vec()), 0o644);
        tree.insert(&format!("lib/systemd/system/{name}"), file).unwrap();
    }
    tree
}

fn target<'a>(tree: &'a Tree, path: &str) -> &'a str {
    match &tree.get(path).unwrap_or_else(|| panic!("no `{path}`")).node {
        Node::Symlink(target) => target,
        other => panic!("`{path}` is {other:?}"),
    }
}

#[test]
fn makes_the_links_that_install_asks_for() {
    let a = "[Unit]\nWantedBy=no.target\n[Install]\nWantedBy=multi-user.target x.target\nAlias=z.service\nAlso=b.socket\n";
    let mut tree = tree(&[("a.service", a), ("b.socket", "[Install]\nRequiredBy=sockets.target\n")]);
    enable(&mut tree, "a.service").unwrap();
    let file = "/usr/lib/systemd/system/a.service";
    assert_eq!(target(&tree, "etc/systemd/system/multi-user.target.wants/a.service"), file);
    assert_eq!(target(&tree, "etc/systemd/system/x.target.wants/a.service"), file);
    assert_eq!(target(&tree, "etc/systemd/system/z.service"), file);
    let socket = "etc/systemd/system/sockets.target.requires/b.socket";
    assert_eq!(target(&tree, socket), "/usr/lib/systemd/system/b.socket");
    assert!(tree.get("etc/systemd/system/no.target.wants").is_none());
}

#[test]
fn an_instance_is_enabled_by_its_template() {
    let mut tree = tree(&[("g@.service", "[Install]\nWantedBy=getty.target\n")]);
    enable(&mut tree, "g@tty1.service").unwrap();
    let link = "etc/systemd/system/getty.target.wants/g@tty1.service";
    assert_eq!(target(&tree, link), "/usr/lib/systemd/system/g@.service");
}

#[test]
fn disabling_takes_every_link_away() {
    let mut tree = tree(&[("a.service", "[Install]\nWantedBy=m.target\nAlias=z.service\n")]);
    enable(&mut tree, "a.service").unwrap();
    disable(&mut tree, "a.service").unwrap();
    assert!(tree.get("etc/systemd/system/m.target.wants/a.service").is_none());
    assert!(tree.get("etc/systemd/system/z.service").is_none());
    assert!(tree.get("usr/lib/systemd/system/a.service").is_some());
}

#[test]
fn masks_and_refuses_unknown_units() {
    let mut tree = tree(&[]);
    mask(&mut tree, "multipathd.service").unwrap();
    assert_eq!(target(&tree, "etc/systemd/system/multipathd.service"), "/dev/null");
    let error = enable(&mut tree, "nope.service").unwrap_err();
    assert!(error.to_string().contains("`nope.service`"), "{error}");
}

#[test]
fn also_works_both_ways_and_may_name_what_is_not_there() {
    let a = "[Install]\nWantedBy=m.target\nAlso=b.socket missing.socket a.service\n";
    let mut tree =
        tree(&[("a.service", a), ("b.socket", "[Install]\nWantedBy=sockets.target\nAlso=a.service\n")]);
    let links =
        ["etc/systemd/system/m.target.wants/a.service", "etc/systemd/system/sockets.target.wants/b.socket"];
    enable(&mut tree, "a.service").unwrap();
    assert!(links.iter().all(|link| tree.get(link).is_some()));
    disable(&mut tree, "b.socket").unwrap();
    assert!(links.iter().all(|link| tree.get(link).is_none()));
}

#[test]
fn what_cannot_be_enabled_is_an_error() {
    let mut tree = tree(&[
        ("static.service", "[Unit]\n"),
        ("t@.service", "[Install]\nWantedBy=m.target\n"),
        ("x.service", ""),
    ]);
    mask(&mut tree, "x.service").unwrap();
    for (unit, why) in [
        ("static.service", "asks for nothing"),
        ("t@.service", "template without"),
        ("x.service", "is masked"),
    ] {
        let error = enable(&mut tree, unit).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn templates_have_default_instances_and_specifiers() {
    let text = "[Install]\nWantedBy=dev-%i.device\nAlias=%p-main.service\nDefaultInstance=a\n";
    let mut tree = tree(&[("t@.service", text)]);
    enable(&mut tree, "t@.service").unwrap();
    let file = "/usr/lib/systemd/system/t@.service";
    assert_eq!(target(&tree, "etc/systemd/system/dev-a.device.wants/t@a.service"), file);
    assert_eq!(target(&tree, "etc/systemd/system/t-main.service"), file);
}

#[test]
fn an_alias_enables_what_it_stands_for() {
    let mut tree = tree(&[("ssh.service", "[Install]\nWantedBy=m.target\n")]);
    tree.insert("lib/systemd/system/sshd.service", Entry::symlink("ssh.service")).unwrap();
    enable(&mut tree, "sshd.service").unwrap();
    assert_eq!(
        target(&tree, "etc/systemd/system/m.target.wants/ssh.service"),
        "/usr/lib/systemd/system/ssh.service"
    );
}

#[test]
fn disabling_leaves_masks_alone() {
    let mut tree = tree(&[
        ("a.service", "[Install]\nWantedBy=m.target\n"),
        ("b.service", "[Install]\nAlso=a.service\n"),
    ]);
    mask(&mut tree, "c.service").unwrap();
    disable(&mut tree, "b.service").unwrap();
    assert_eq!(target(&tree, "etc/systemd/system/c.service"), "/dev/null");
}

/// systemd's own tool is the reference.
#[test]
fn systemctl_makes_the_same_links() {
    use crate::process::{Tool, foreign};
    let a = "[Install]\nWantedBy=multi-user.target x.target\nRequiredBy=r.target\nAlias=z.service\nAlso=b.socket g@one.service\n";
    let units = [
        ("a.service", a),
        ("b.socket", "[Install]\nWantedBy=sockets.target\n"),
        ("g@.service", "[Install]\nWantedBy=dev-%i.device\n"),
    ];
    let mut ours = tree(&units);
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    crate::layers::unpack::unpack(&ours, &root, 1).unwrap();
    foreign("systemctl").arg("--root").arg(&root).args(["enable", "a.service"]).run().unwrap();
    enable(&mut ours, "a.service").unwrap();
    let theirs =
        Tool::new("find").arg(root.join(SYSTEM)).args(["-type", "l", "-printf", "%P %l\n"]).text().unwrap();
    let theirs: BTreeSet<String> = theirs.lines().map(|line| line.replace(" /lib/", " /usr/lib/")).collect();
    let links = ours.below(SYSTEM).filter_map(|(path, entry)| match &entry.node {
        Node::Symlink(target) => {
            Some(format!("{} {target}", path.strip_prefix(SYSTEM).unwrap().trim_start_matches('/')))
        }
        _ => None,
    });
    assert_eq!(links.collect::<BTreeSet<String>>(), theirs);
}
