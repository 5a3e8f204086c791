//! Packages of forky, Debian's testing, for what no stable release of Debian's has.
//!
//! forky moves, and a mirror need not have it, so only tests that are asked for by name take them.

use super::tool;
use imgbuild::architecture::Architecture;
use std::path::{Path, PathBuf};

const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Unpacked packages, gone when dropped.
pub struct Forky(tempfile::TempDir);

impl Forky {
    /// Downloads `packages` and unpacks each by itself; nothing of theirs runs. apt checks signature and digests, but
    /// not that the archive is of this week: a mirror that stands still is as good here.
    pub fn unpack(packages: &[&str], architecture: Architecture) -> Self {
        let forky = Self(tempfile::tempdir().unwrap());
        let folder = forky.0.path();
        prepare(folder, architecture);
        apt_get(folder, &["update", "--error-on=any"]);
        apt_get(folder, &[&["download"][..], packages].concat());
        for package in packages {
            forky.dpkg_deb(package, r#"dpkg-deb --extract "$2"_*.deb "unpacked/$2""#);
        }
        forky
    }

    /// What `package` has at `path`.
    pub fn path(&self, package: &str, path: &str) -> PathBuf {
        self.0.path().join("unpacked").join(package).join(path)
    }

    /// The version of `package`.
    pub fn version(&self, package: &str) -> String {
        self.dpkg_deb(package, r#"dpkg-deb --field "$2"_*.deb Version"#).trim().to_owned()
    }

    /// What the script says that finds the name of `package` in `$2`, and its file here.
    fn dpkg_deb(&self, package: &str, script: &str) -> String {
        let script = format!(r#"cd "$1"; {script}"#);
        tool("sh", &["-euc", &script, "sh", self.0.path().to_str().unwrap(), package])
    }
}

/// What apt wants to find, apart from the machine's own.
fn prepare(folder: &Path, architecture: Architecture) {
    let folders =
        ["state/lists/partial", "cache/archives/partial", "etc/preferences.d", "etc/empty", "unpacked"];
    for name in folders {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let source = format!("deb [signed-by={KEYS} check-valid-until=no] {} forky main\n", mirror());
    std::fs::write(folder.join("etc/sources.list"), source).unwrap();
    std::fs::write(folder.join("status"), "").unwrap();
    std::fs::write(folder.join("apt.conf"), configuration(folder, architecture) + &proxies()).unwrap();
}

/// The one that imgbuild would use.
fn mirror() -> String {
    let told = std::env::var("IMGBUILD_MIRROR").ok();
    told.unwrap_or_else(|| {
        let known = tool("apt-get", &["indextargets", "--format", "$(REPO_URI)"]);
        let debian = known.lines().find(|url| url.trim_end_matches('/').ends_with("/debian"));
        debian.expect("apt's configuration names no Debian mirror").to_owned()
    })
}

fn configuration(folder: &Path, architecture: Architecture) -> String {
    let folder = folder.display();
    format!(
        "Dir \"{folder}/\";\nDir::State \"state\";\nDir::State::status \"{folder}/status\";\n\
         Dir::Cache \"cache\";\nDir::Etc \"etc\";\nDir::Etc::parts \"empty\";\n\
         Dir::Etc::sourceparts \"empty\";\nAPT::Architecture \"{architecture}\";\n\
         APT::Sandbox::User \"root\";\nAcquire::Languages \"none\";\n"
    )
}

/// Those of the machine's own apt.
fn proxies() -> String {
    let settings = tool("apt-config", &["dump", "--no-empty", "Acquire"]);
    let is_proxy = |line: &&str| line.split(' ').next().is_some_and(|key| key.contains("Proxy"));
    settings.lines().filter(is_proxy).flat_map(|line| [line, "\n"]).collect()
}

fn apt_get(folder: &Path, arguments: &[&str]) {
    let settings = format!("APT_CONFIG={}", folder.join("apt.conf").display());
    let here = ["--chdir", folder.to_str().unwrap(), &settings, "apt-get", "--quiet"];
    tool("env", &[&here[..], arguments].concat());
}
