//! Package roots: mmdebstrap, run from the pinned tools root on locked debs only.

use super::emulation;
use super::sandbox::{Ids, Sandbox};
use crate::Result;
use crate::architecture::Architecture;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::path::Path;

/// Changes when the same debs are to give other bytes.
pub const RECIPE: u32 = 1;

/// open-iscsi's hook would copy the initiator name, which must differ from host to host, into every initrd.
/// No root is on iSCSI here, so the initrd does without it.
const NO_INITIATOR_IN_INITRD: &str = r#"mkdir -p "$1/etc/initramfs-tools/conf.d" &&
    echo NO_ISCSI_IN_INITRAMFS=yes >"$1/etc/initramfs-tools/conf.d/open-iscsi""#;

/// mmdebstrap would look for programs that the tools root has not, to find out what [`emulation`] knows.
const EMULATION_WAS_CHECKED: &str = "--skip=check/qemu";

/// What a root is made of; all of it goes into the step's input key.
pub struct Recipe<'a> {
    /// Packages to install; what they depend on is found in the repository.
    pub packages: &'a BTreeSet<String>,
    /// Packages to hold.
    pub hold: &'a BTreeSet<String>,
    /// dpkg `path-exclude` patterns.
    pub path_exclude: &'a BTreeSet<String>,
    /// Suite name that mmdebstrap is told; it decides about merged `/usr`.
    pub suite: &'a str,
    /// Architecture of the packages.
    pub architecture: Architecture,
    /// Time stamp of everything, in seconds since 1970.
    pub epoch: u64,
}

/// Where a root is made.
pub struct Place<'a> {
    /// An empty folder for the unpacked root.
    pub scratch: &'a Path,
    /// Receives `root.tar`.
    pub out: &'a Path,
    /// Receives what mmdebstrap says.
    pub log: &'a Path,
}

/// Installs `recipe` from the flat apt repository in `repository`.
pub fn make(tools: &Path, recipe: &Recipe, repository: &Path, place: &Place) -> Result<()> {
    let sandbox = Sandbox::new(tools, Ids::All, recipe.epoch)
        .read_only(repository, "/repository")
        .writable(place.scratch, "/tmp")
        .writable(place.out, "/out");
    let mut tool = sandbox
        .tool("mmdebstrap")
        .args(["--mode=root", "--variant=apt", "--format=tar"])
        .arg(format!("--architectures={}", recipe.architecture))
        .args(emulation::is_needed(recipe.architecture).then_some(EMULATION_WAS_CHECKED))
        .args(["--aptopt=APT::Sandbox::User \"root\"", "--dpkgopt=force-unsafe-io"])
        .arg(format!("--essential-hook={NO_INITIATOR_IN_INITRD}"))
        .args(include(recipe.packages));
    for pattern in recipe.path_exclude {
        tool = tool.arg(format!("--dpkgopt=path-exclude={pattern}"));
    }
    if !recipe.hold.is_empty() {
        let hold = recipe.hold.iter().cloned().collect::<Vec<_>>().join(" ");
        tool = tool.arg(format!(r#"--customize-hook=chroot "$1" apt-mark hold {hold} >/dev/null"#));
    }
    tool.arg(recipe.suite)
        .arg("/out/root.tar")
        .arg("deb [trusted=yes] copy:///repository ./")
        .log(place.log)
        .run()
        .context("installing the locked packages with mmdebstrap")
}

/// mmdebstrap takes no empty list.
fn include(packages: &BTreeSet<String>) -> Option<String> {
    let list = packages.iter().cloned().collect::<Vec<_>>().join(",");
    (!list.is_empty()).then(|| format!("--include={list}"))
}
