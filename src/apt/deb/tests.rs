use super::*;
use crate::error::fault;
use crate::layers::entry::Node;
use crate::process::foreign;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A package made by dpkg-deb: `files` by path, a link where the content begins with `->`.
fn package(dir: &Path, name: &str, compression: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = dir.join(name);
    fs_err::create_dir_all(root.join("DEBIAN")).unwrap();
    let control = format!(
        "Package: {name}\nVersion: 1.0-1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: test\n of packages\n"
    );
    fs_err::write(root.join("DEBIAN/control"), control).unwrap();
    for (path, content) in files {
        let place = root.join(path);
        fs_err::create_dir_all(place.parent().unwrap()).unwrap();
        match content.strip_prefix("->") {
            Some(target) => std::os::unix::fs::symlink(target, place).unwrap(),
            None => fs_err::write(place, content).unwrap(),
        }
    }
    let deb = dir.join(format!("{name}.deb"));
    let tool = foreign("dpkg-deb").args(["--root-owner-group", "-Z", compression, "--build"]);
    tool.arg(root).arg(&deb).run().unwrap();
    deb
}

fn paths(tree: &crate::layers::tree::Tree) -> Vec<&str> {
    tree.iter().map(|(path, _)| path).collect()
}

#[test]
fn every_compression_of_dpkg_is_read() {
    let dir = tempfile::tempdir().unwrap();
    for compression in ["none", "gzip", "xz", "zstd"] {
        let deb = package(dir.path(), compression, compression, &[("usr/bin/a", "text")]);
        let control = control(&deb).unwrap();
        assert_eq!(control.get("Package"), Some(compression));
        assert_eq!(control.get("Description"), Some("test\n of packages"));
        let mut tar = Vec::new();
        data(&deb).unwrap().read_to_end(&mut tar).unwrap();
        assert!(tar.len() > 1024 && tar.len() % 512 == 0, "{compression}");
    }
}

#[test]
fn later_packages_win_and_patterns_leave_files_out() {
    let dir = tempfile::tempdir().unwrap();
    let one = package(dir.path(), "one", "xz", &[("etc/a", "1"), ("usr/share/doc/one/copyright", "c")]);
    let two = package(dir.path(), "two", "gzip", &[("etc/a", "2"), ("usr/share/man/man1/a.1", "m")]);
    let exclude = BTreeSet::from(["/usr/share/doc/*".to_owned(), "/usr/share/man/*".to_owned()]);
    let tree = tree(&[one, two], &exclude, &dir.path().join("spool"), 1000, 2).unwrap();
    assert_eq!(paths(&tree), ["", "etc", "etc/a", "usr", "usr/share", "usr/share/doc", "usr/share/man"]);
    let Node::File(content) = &tree.get("etc/a").unwrap().node else { panic!() };
    assert_eq!(content.to_vec().unwrap(), b"2");
}

#[test]
fn merged_usr_holds_whichever_package_brings_it() {
    let dir = tempfile::tempdir().unwrap();
    let early = package(dir.path(), "acl", "xz", &[("lib/x.so", "x"), ("bin/acl", "b")]);
    let base = package(
        dir.path(),
        "base-files",
        "xz",
        &[("usr/lib/os", "o"), ("usr/bin/y", "y"), ("lib", "->usr/lib"), ("bin", "->usr/bin")],
    );
    let late = package(dir.path(), "zlib", "xz", &[("lib/z.so", "z")]);
    let orders = [vec![&early, &base, &late], vec![&late, &early, &base]];
    let trees = orders.map(|order| {
        let order: Vec<PathBuf> = order.into_iter().cloned().collect();
        let spool = tempfile::tempdir_in(dir.path()).unwrap();
        let tree = tree(&order, &BTreeSet::new(), spool.path(), 1000, 2).unwrap();
        for (path, text) in
            [("lib/x.so", "x"), ("usr/lib/z.so", "z"), ("usr/bin/acl", "b"), ("usr/lib/os", "o")]
        {
            let Node::File(content) = &tree.follow(path).unwrap().1.node else { panic!("{path}") };
            assert_eq!(content.to_vec().unwrap(), text.as_bytes());
        }
        assert_eq!(tree.get("bin").unwrap().node, Node::Symlink("usr/bin".into()));
        tree.iter().map(|(path, entry)| (path.to_owned(), entry.mode)).collect::<Vec<_>>()
    });
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn malformed_packages_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let whole = fs_err::read(package(dir.path(), "a", "xz", &[("etc/a", "1")])).unwrap();
    let replaced = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|window| window == from).unwrap();
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    let cases: [(Vec<u8>, &str); 8] = [
        (Vec::new(), "does not begin with"),
        (b"<html>not found</html>".to_vec(), "does not begin with"),
        (b"!<arch>\n".to_vec(), "first member is not `debian-binary`"),
        (whole[..100].to_vec(), "truncated between"),
        (whole[..whole.len() - 10].to_vec(), "truncated in `data.tar.xz`"),
        (replaced(b"2.0\n", b"3.0\n"), "its format is `3.0`"),
        (replaced(b"data.tar.xz", b"data.tar.lz"), "no `data.tar` in a known compression"),
        (replaced(b"debian-binary", b"debian-bonary"), "first member is not"),
    ];
    for (bytes, why) in cases {
        let path = dir.path().join("bad.deb");
        fs_err::write(&path, bytes).unwrap();
        let error = data(&path).err().unwrap_or_else(|| panic!("{why}"));
        assert!(fault(&error).unwrap().message.contains(why), "{error:#}");
    }
}

#[test]
fn damaged_data_is_an_error_that_names_the_package() {
    let dir = tempfile::tempdir().unwrap();
    let deb = package(dir.path(), "a", "xz", &[("etc/a", "1")]);
    let mut bytes = fs_err::read(&deb).unwrap();
    let last = bytes.len() - 60;
    bytes[last] ^= 0xff;
    fs_err::write(&deb, bytes).unwrap();
    let error = tree(&[deb], &BTreeSet::new(), &dir.path().join("spool"), 0, 1).unwrap_err();
    assert!(format!("{error:#}").contains("a.deb") && fault(&error).is_some(), "{error:#}");
}
