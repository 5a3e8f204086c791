//! The pinned root with every program that shapes output bytes, so that no host tool's version ever does.

use crate::Result;
use crate::apt::deb;
use crate::layers::entry::{Content, Entry};
use crate::layers::unpack;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The suite that the tools come from: the first Debian release whose mke2fs makes ext4 from a tar.
pub const SUITE: &str = "trixie";

/// Changes when the same debs are to give another root.
pub const RECIPE: u32 = 1;

/// mmdebstrap makes roots, e2fsprogs (with libarchive, which it loads at run time) the file system, the rest
/// is boot code; the essential packages come along.
pub const PACKAGES: [&str; 10] = [
    "e2fsprogs",
    "grub-common",
    "grub-efi-amd64-signed",
    "grub-pc-bin",
    "libarchive13t64",
    "mmdebstrap",
    "mount",
    "passwd",
    "shim-signed",
    "zstd",
];

/// Time stamp of everything in the root; nothing asks for it.
const EPOCH: u64 = 0;

/// Unpacks `debs` into the new folder `root`. No maintainer script runs, so what those of essential packages
/// would make, and mmdebstrap needs, is added here.
pub fn make(debs: &[PathBuf], root: &Path, scratch: &Path, jobs: usize) -> Result<()> {
    let mut tree = deb::tree(debs, &BTreeSet::new(), scratch, EPOCH, jobs)?;
    for (path, target) in ALTERNATIVES {
        tree.insert(path, Entry::symlink(target))?;
    }
    for (path, text) in FILES {
        tree.insert(path, Entry::file(Content::Bytes(text.as_bytes().to_vec()), 0o644))?;
    }
    for folder in FOLDERS {
        tree.insert(folder, Entry::directory(0o755))?;
    }
    unpack::unpack(&tree, root, jobs)
}

/// What update-alternatives would link.
const ALTERNATIVES: [(&str, &str); 1] = [("usr/bin/awk", "mawk")];
/// What `base-passwd` would make: the users that programs look up by name.
const FILES: [(&str, &str); 2] = [
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"),
    ("etc/group", "root:x:0:\n"),
];
/// Where the sandbox mounts things.
const FOLDERS: [&str; 5] = ["repository", "out", "srv", "sys", "proc"];
