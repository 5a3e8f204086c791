//! What debs say of themselves and a lock does not: the source that they were built from, home page, licence.
//!
//! It is read from the very files that the lock names, so it is as certain as their digests.

use super::licence::Licence;
use crate::Result;
use crate::apt::control::Control;
use crate::apt::deb;
use crate::apt::resolve::Deb;
use crate::layers::members::{Kind, Members, Stream, read_error};
use crate::parallel::for_each;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Changes whenever the same deb would give other facts.
pub const RECIPE: u32 = 1;
/// Bytes that are read of a copyright file; the largest of Debian 12's base has 400 kB.
const LONGEST_COPYRIGHT: u64 = 4 << 20;
const DOCUMENTATION: &str = "usr/share/doc/";

/// Facts of debs, by the lock's ids.
pub type Facts = BTreeMap<String, Fact>;

/// What one deb says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The source package that it was built from.
    pub source: String,
    /// Version of that, which may differ from the deb's own.
    pub source_version: String,
    /// Where the software comes from.
    pub homepage: Option<String>,
    /// `None` if its `debian/copyright` is not machine-readable.
    pub licence: Option<Licence>,
}

/// Where a deb keeps its copyright file.
enum Copyright {
    /// The text of its own.
    Text(String),
    /// In the documentation of the package of that name, to which its own is a link.
    Of(String),
    Nowhere,
}

/// Reads all of `debs`, `jobs` at once; a link to another package's documentation is followed within them.
pub fn read(debs: &[(&Deb, PathBuf)], jobs: usize) -> Result<Facts> {
    let found = Mutex::new(BTreeMap::new());
    for_each(debs, jobs, |(deb, path), _| {
        let said = read_one(deb, path)?;
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(deb.id(), (deb.package.clone(), said));
        Ok(())
    })?;
    Ok(linked(found.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

type Said = (Fact, Copyright);

fn read_one(deb: &Deb, path: &Path) -> Result<Said> {
    let control = deb::control(path)?;
    let copyright = copyright(&deb.package, path)
        .with_context(|| format!("reading the copyright file of `{}`", deb.id()))?;
    let licence = match &copyright {
        Copyright::Text(text) => Licence::read(text),
        Copyright::Of(_) | Copyright::Nowhere => None,
    };
    let (source, source_version) = source(&control, deb);
    let homepage = control.get("Homepage").filter(|url| is_web_page(url)).map(ToOwned::to_owned);
    Ok((Fact { source, source_version, homepage, licence }, copyright))
}

/// `Source: NAME (VERSION)`, both of which are the deb's own where they are not said.
fn source(control: &Control, deb: &Deb) -> (String, String) {
    let said = control.get("Source").unwrap_or(&deb.package);
    let (name, version) = said.split_once(" (").unwrap_or((said, ""));
    let version = version.trim_end_matches(')');
    let version = if version.is_empty() { deb.version.as_str() } else { version };
    (name.trim().to_owned(), version.to_owned())
}

fn is_web_page(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|parsed| ["http", "https"].contains(&parsed.scheme()))
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

fn copyright(package: &str, path: &Path) -> Result<Copyright> {
    let folder = format!("{DOCUMENTATION}{package}");
    let file = format!("{folder}/copyright");
    let mut members = Members::new(Stream(deb::data(path)?));
    while let Some(member) = members.next()? {
        match member.kind {
            Kind::File if member.path == file => {
                let mut bytes = Vec::new();
                members.content().take(LONGEST_COPYRIGHT).read_to_end(&mut bytes).map_err(read_error)?;
                return Ok(Copyright::Text(String::from_utf8_lossy(&bytes).into_owned()));
            }
            Kind::Symlink(target) if member.path == folder || member.path == file => {
                return Ok(owner(&target).map_or(Copyright::Nowhere, Copyright::Of));
            }
            _ => {}
        }
    }
    Ok(Copyright::Nowhere)
}

/// The package in whose documentation `target` is: `libc6`, `../libc6/copyright`.
fn owner(target: &str) -> Option<String> {
    let target = target.trim_end_matches("/copyright");
    target.rsplit('/').next().filter(|name| !name.is_empty() && *name != "..").map(ToOwned::to_owned)
}

fn linked(found: BTreeMap<String, (String, Said)>) -> Facts {
    let own = found.values().map(|(package, (fact, _))| (package.clone(), fact.licence.clone()));
    let own: BTreeMap<String, Option<Licence>> = own.collect();
    let links = found.values().filter_map(|(package, (_, copyright))| match copyright {
        Copyright::Of(other) => Some((package.clone(), other.clone())),
        Copyright::Text(_) | Copyright::Nowhere => None,
    });
    let links: BTreeMap<String, String> = links.collect();
    let licence = |package: &str| own.get(last(&links, package)).cloned().flatten();
    found
        .into_iter()
        .map(|(id, (package, (fact, _)))| (id, Fact { licence: licence(&package), ..fact }))
        .collect()
}

/// The end of a chain of links, or of a circle where one has been.
fn last<'a>(links: &'a BTreeMap<String, String>, package: &'a str) -> &'a str {
    let (mut at, mut seen) = (package, BTreeSet::new());
    while let Some(next) = links.get(at).filter(|_| seen.insert(at)) {
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Sha256;
    use crate::process::foreign;

    const COPYRIGHT: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: a\nLicense: Expat\n";

    /// A deb that `dpkg-deb` makes of control fields and one file or link.
    fn deb(dir: &Path, package: &str, more: &str, copyright: Result<&str, &str>) -> (Deb, PathBuf) {
        let root = dir.join(package);
        fs_err::create_dir_all(root.join("DEBIAN")).unwrap();
        let control = format!(
            "Package: {package}\nVersion: 1:2-3+b1\nArchitecture: all\nMaintainer: A <a@example.org>\n{more}Description: x\n"
        );
        fs_err::write(root.join("DEBIAN/control"), control).unwrap();
        let folder = root.join(DOCUMENTATION);
        fs_err::create_dir_all(&folder).unwrap();
        match copyright {
            Ok(text) => {
                fs_err::create_dir(folder.join(package)).unwrap();
                fs_err::write(folder.join(package).join("copyright"), text).unwrap();
            }
            Err(target) => fs_err::os::unix::fs::symlink(target, folder.join(package)).unwrap(),
        }
        let path = dir.join(format!("{package}.deb"));
        foreign("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&root).arg(&path).run().unwrap();
        let deb = Deb {
            package: package.into(),
            version: "1:2-3+b1".into(),
            architecture: "all".into(),
            archive: "debian".into(),
            path: format!("pool/{package}.deb"),
            size: 1,
            sha256: Sha256::of(package),
        };
        (deb, path)
    }

    #[test]
    fn source_home_page_and_licence_are_read_and_links_followed() {
        let dir = tempfile::tempdir().unwrap();
        let debs = [
            deb(
                dir.path(),
                "aa",
                "Source: a-source (1:2-3)\nHomepage: https://example.org/a\n",
                Ok(COPYRIGHT),
            ),
            deb(dir.path(), "bb", "Homepage: not a page\n", Err("aa")),
            deb(dir.path(), "cc", "", Err("cc")),
            deb(dir.path(), "dd", "", Ok("free prose")),
        ];
        let debs: Vec<(&Deb, PathBuf)> = debs.iter().map(|(deb, path)| (deb, path.clone())).collect();
        let facts = read(&debs, 2).unwrap();
        let fact = |package: &str| &facts[&format!("{package}_1:2-3+b1_all")];
        assert_eq!((fact("aa").source.as_str(), fact("aa").source_version.as_str()), ("a-source", "1:2-3"));
        assert_eq!(fact("aa").homepage.as_deref(), Some("https://example.org/a"));
        assert_eq!((fact("bb").source.as_str(), fact("bb").source_version.as_str()), ("bb", "1:2-3+b1"));
        assert_eq!(fact("bb").homepage, None);
        let licence = |package| fact(package).licence.as_ref().map(|licence| licence.expression.as_str());
        assert_eq!(
            [licence("aa"), licence("bb"), licence("cc"), licence("dd")],
            [Some("MIT"), Some("MIT"), None, None]
        );
    }
}
