//! The pinned root with every program that shapes output bytes, so that no host tool's version ever does.

use crate::Result;
use crate::apt::deb;
use crate::architecture::Architecture;
use crate::layers::entry::{Content, Entry};
use crate::layers::unpack;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The suite that the tools come from: the first Debian release whose mke2fs makes ext4 from a tar.
pub const SUITE: &str = "trixie";

/// Changes when the same debs are to give another root.
pub const RECIPE: u32 = 1;

/// mmdebstrap makes roots, e2fsprogs (with libarchive, which it loads at run time) the file system, and
/// grub-common the boot code for a BIOS; the essential packages come along.
const PROGRAMS: [&str; 7] =
    ["e2fsprogs", "grub-common", "libarchive13t64", "mmdebstrap", "mount", "passwd", "zstd"];

/// Time stamp of everything in the root; nothing asks for it.
const EPOCH: u64 = 0;

/// The packages of the tools root of a `machine`. On amd64 it has the boot code of amd64 images too: a root
/// of its own would make stale what was locked, and build again what was built, before there were others.
pub fn packages(machine: Architecture) -> Vec<&'static str> {
    let more = if machine == Architecture::Amd64 { boot_code(machine) } else { &[] };
    [PROGRAMS.as_slice(), more].concat()
}

/// The packages with the boot code of an `image`, as far as the tools root of a `machine` has none for it.
pub fn loaders(machine: Architecture, image: Architecture) -> &'static [&'static str] {
    match (machine, image) {
        (Architecture::Amd64, Architecture::Amd64) => &[],
        _ => boot_code(image),
    }
}

fn boot_code(image: Architecture) -> &'static [&'static str] {
    match image {
        Architecture::Amd64 => &["grub-efi-amd64-signed", "grub-pc-bin", "shim-signed"],
        Architecture::Arm64 => &["grub-efi-arm64-signed", "shim-helpers-arm64-signed", "shim-signed"],
    }
}

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

/// Unpacks `debs`, of which nothing runs here, into the new folder `root`.
pub fn make_loaders(debs: &[PathBuf], root: &Path, scratch: &Path, jobs: usize) -> Result<()> {
    unpack::unpack(&deb::tree(debs, &BTreeSet::new(), scratch, EPOCH, jobs)?, root, jobs)
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

#[cfg(test)]
mod tests {
    use super::*;
    use Architecture::{Amd64, Arm64};

    #[test]
    fn each_image_has_its_boot_code_from_one_root() {
        for (machine, image) in [(Amd64, Amd64), (Amd64, Arm64), (Arm64, Arm64)] {
            let (tools, loaders) = (packages(machine), loaders(machine, image));
            let grub = format!("grub-efi-{image}-signed");
            let found = tools.iter().chain(loaders).filter(|package| **package == grub).count();
            assert_eq!(found, 1, "{image} on {machine}");
        }
    }

    #[test]
    fn the_tools_of_amd64_are_those_of_locks_that_are_there() {
        let mut packages = packages(Amd64);
        packages.sort_unstable();
        let expected = "e2fsprogs grub-common grub-efi-amd64-signed grub-pc-bin libarchive13t64 mmdebstrap \
            mount passwd shim-signed zstd";
        assert_eq!(packages.join(" "), expected);
        assert!(!super::packages(Arm64).iter().any(|package| package.contains("amd64")));
    }
}
