//! A flat apt repository of locked debs, for mmdebstrap: `Packages`, `Release` and the debs themselves.
//!
//! apt reads it as `deb [trusted=yes] copy:///PATH ./`.

use super::control::Stanza;
use super::deb;
use crate::Result;
use crate::digest::Sha256;
use std::path::{Path, PathBuf};

/// A deb of the repository.
pub struct Entry {
    /// The file.
    pub deb: PathBuf,
    /// Its name in the repository.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// The file name that archives use: `NAME_VERSION_ARCH.deb`, without the version's epoch.
pub fn file_name(package: &str, version: &str, architecture: &str) -> String {
    let without_epoch = version.split_once(':').map_or(version, |(_, rest)| rest);
    format!("{package}_{without_epoch}_{architecture}.deb")
}

/// Lays out `entries` in `folder`: `Packages` in the order given, the debs as hard links or copies, and a
/// `Release` that names `suite`, by which mmdebstrap tells the essential packages.
pub fn write(folder: &Path, suite: &str, entries: &[Entry]) -> Result<()> {
    let stanzas = entries.iter().map(stanza).collect::<Result<Vec<_>>>()?;
    for entry in entries {
        place(&entry.deb, &folder.join(&entry.name))?;
    }
    let stanzas: Vec<String> = stanzas.iter().map(Stanza::to_string).collect();
    let packages = stanzas.join("\n");
    fs_err::write(folder.join("Release"), release(suite, packages.as_bytes()))?;
    Ok(fs_err::write(folder.join("Packages"), packages)?)
}

/// Without a date, so that it never expires; nobody signs it, for the debs were verified by the lock.
fn release(suite: &str, packages: &[u8]) -> String {
    let (sha256, size) = (Sha256::of(packages), packages.len());
    format!("Suite: {suite}\nCodename: {suite}\nSHA256:\n {sha256} {size} Packages\n")
}

fn stanza(entry: &Entry) -> Result<Stanza> {
    let mut stanza = deb::control(&entry.deb)?;
    stanza.set("Filename", format!("./{}", entry.name));
    stanza.set("Size", entry.size.to_string());
    stanza.set("SHA256", entry.sha256.to_string());
    Ok(stanza)
}

/// The store may be on another disk, where hard links cannot lead.
fn place(deb: &Path, to: &Path) -> Result<()> {
    if fs_err::hard_link(deb, to).is_err() {
        fs_err::copy(deb, to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Tool, foreign};

    fn entry(dir: &Path, name: &str) -> Entry {
        let root = dir.join(name);
        fs_err::create_dir_all(root.join("DEBIAN")).unwrap();
        let control = format!(
            "Package: {name}\nVersion: 1:2.0\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n more\n"
        );
        fs_err::write(root.join("DEBIAN/control"), control).unwrap();
        let deb = dir.join(format!("{name}-in-the-store"));
        foreign("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&root).arg(&deb).run().unwrap();
        let (size, sha256) = (fs_err::metadata(&deb).unwrap().len(), Sha256::of_file(&deb).unwrap());
        Entry { deb, name: file_name(name, "1:2.0", "all"), size, sha256 }
    }

    #[test]
    fn file_names_have_no_epoch() {
        assert_eq!(file_name("uidmap", "1:4.13-1", "amd64"), "uidmap_4.13-1_amd64.deb");
        assert_eq!(file_name("bash", "5.2-2+b1", "amd64"), "bash_5.2-2+b1_amd64.deb");
    }

    #[test]
    fn apt_finds_and_fetches_the_packages() {
        let dir = tempfile::tempdir().unwrap();
        let repository = dir.path().join("repo");
        fs_err::create_dir(&repository).unwrap();
        write(&repository, "bookworm", &[entry(dir.path(), "aa"), entry(dir.path(), "bb")]).unwrap();
        let state = dir.path().join("apt");
        for folder in [
            "etc/apt/preferences.d",
            "etc/apt/sources.list.d",
            "var/lib/apt/lists/partial",
            "var/cache/apt/archives/partial",
        ] {
            fs_err::create_dir_all(state.join(folder)).unwrap();
        }
        fs_err::write(state.join("status"), "").unwrap();
        let source = format!("deb [trusted=yes] copy://{} ./\n", repository.display());
        fs_err::write(state.join("etc/apt/sources.list"), source).unwrap();
        let apt = |verb: &[&str]| {
            let tool = Tool::new("apt-get").arg("-o").arg(format!("Dir={}", state.display()));
            let tool = tool.arg("-o").arg(format!("Dir::State::status={}", state.join("status").display()));
            tool.args(["-o", "APT::Sandbox::User=", "-qq"]).args(verb).directory(&state).run().unwrap();
        };
        apt(&["update"]);
        apt(&["download", "aa", "bb"]);
        for name in ["aa", "bb"] {
            assert!(state.join(format!("{name}_1%3a2.0_all.deb")).exists(), "{name}");
        }
    }
}
