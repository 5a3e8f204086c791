//! Which debs a root consists of: apt's own resolver, asked about all wanted packages at once.
//!
//! Asking about each package alone can give two versions of one dependency (`rules_distroless` #251).

use super::control::{self, Stanza};
use super::isolated::{IsolatedApt, PrintedUri};
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::process::Tool;
use anyhow::Context as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A deb as the archive's signed index describes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deb {
    /// Package name.
    pub package: String,
    /// Full version with epoch and revision.
    pub version: String,
    /// Debian architecture, or `all`.
    pub architecture: String,
    /// The archive that has it: `debian`, `debian-security` or a repository of the definition.
    pub archive: String,
    /// Path below the archive's base URL.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Digest of the file.
    pub sha256: Sha256,
}

impl Deb {
    /// `name_version_arch`, unique within a lock.
    pub fn id(&self) -> String {
        format!("{}_{}_{}", self.package, self.version, self.architecture)
    }
}

impl IsolatedApt {
    /// All debs that installing `packages` (names or `name=version`) into an empty root brings, sorted.
    ///
    /// `essential` adds the packages that every Debian system has.
    pub fn resolve(&self, packages: &BTreeSet<String>, essential: bool) -> Result<Vec<Deb>> {
        let mut tool = self.get(["install", "--print-uris", "-qq", "-y", "--no-install-recommends"]);
        if essential {
            tool = tool.args(["?essential", "apt"]);
        }
        self.debs(tool, packages)
    }

    /// The debs of `packages` themselves, without what they depend on, sorted.
    pub fn alone(&self, packages: &BTreeSet<String>) -> Result<Vec<Deb>> {
        self.debs(self.get(["download", "--print-uris", "-qq"]), packages)
    }

    /// The debs whose addresses `tool` prints when it is given `packages`.
    fn debs(&self, tool: Tool, packages: &BTreeSet<String>) -> Result<Vec<Deb>> {
        let uris = tool.args(packages).text().map_err(|error| unresolved(&error, packages))?;
        let located = uris.lines().map(|line| self.locate(line)).collect::<Result<Vec<_>>>()?;
        self.describe(&located)
    }

    fn locate(&self, line: &str) -> Result<Located> {
        let PrintedUri { archive, path, name } = self.printed_uri(line)?;
        let (package, version) = parse_file_name(name)
            .ok_or_else(|| Fault::child(format!("`apt-get --print-uris` printed the file name `{name}`")))?;
        Ok(Located { archive, path, package, version })
    }

    fn describe(&self, located: &[Located]) -> Result<Vec<Deb>> {
        let wanted = located.iter().map(|deb| format!("{}={}", deb.package, deb.version));
        let shown = self.cache(["show"]).args(wanted).text()?;
        let stanzas = control::parse(&shown).context("reading what `apt-cache show` prints")?;
        let by_path: BTreeMap<&str, &Stanza> =
            stanzas.iter().filter_map(|stanza| Some((stanza.get("Filename")?, stanza))).collect();
        let described = located.iter().map(|deb| {
            let stanza =
                by_path.get(deb.path.as_str()).or_else(|| by_path.get(format!("./{}", deb.path).as_str()));
            let stanza = stanza.with_context(|| format!("apt knows no package at `{}`", deb.path))?;
            deb.with(stanza)
        });
        let mut debs = described.collect::<Result<Vec<_>>>()?;
        debs.sort();
        Ok(debs)
    }
}

struct Located {
    archive: String,
    path: String,
    package: String,
    version: String,
}

impl Located {
    fn with(&self, stanza: &Stanza) -> Result<Deb> {
        let field = |name: &str| {
            let value = stanza.require(name).map(ToOwned::to_owned);
            value.with_context(|| format!("reading the index entry of package `{}`", self.package))
        };
        Ok(Deb {
            package: field("Package")?,
            version: field("Version")?,
            architecture: field("Architecture")?,
            archive: self.archive.clone(),
            path: self.path.clone(),
            size: field("Size")?
                .parse()
                .with_context(|| format!("reading the size of `{}`", self.package))?,
            sha256: field("SHA256")?.parse()?,
        })
    }
}

fn unresolved(error: &anyhow::Error, packages: &BTreeSet<String>) -> anyhow::Error {
    let list = packages.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    Fault::input(format!("apt cannot resolve `{list}`: {error}"))
        .hint("check the package names, the suites and the components in the definition")
        .into()
}

/// `NAME_VERSION_ARCH.deb` with apt's quoting undone: `:` of an epoch is written `%3a`.
fn parse_file_name(name: &str) -> Option<(String, String)> {
    let (package, rest) = name.strip_suffix(".deb")?.split_once('_')?;
    let (version, _architecture) = rest.rsplit_once('_')?;
    Some((package.into(), percent_decode(version)))
}

/// Undoes URL quoting; what is no quoting stays as it is.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => decoded.push(byte),
            None => decoded.extend_from_slice(format!("%{}", part.get(..2).unwrap_or(part)).as_bytes()),
        }
        decoded.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_give_package_and_version() {
        let parsed = parse_file_name("bash_5.2.15-2+b13_amd64.deb").unwrap();
        assert_eq!(parsed, ("bash".into(), "5.2.15-2+b13".into()));
        let epoch = parse_file_name("uidmap_1%3a4.13+dfsg1-1_amd64.deb").unwrap();
        assert_eq!(epoch.1, "1:4.13+dfsg1-1");
        assert_eq!(parse_file_name("x.deb"), None);
    }

    #[test]
    fn an_index_entry_describes_a_deb() {
        let (archive, path) = ("debian".to_owned(), "a.deb".to_owned());
        let located = Located { archive, path, package: "a".into(), version: "1".into() };
        let sha256 = Sha256::of("a");
        let text = format!(
            "Package: a\nVersion: 1\nArchitecture: all\nSize: 3\nSHA256: {sha256}\nDescription: x\n more\n"
        );
        let deb = located.with(&control::parse(&text).unwrap()[0]).unwrap();
        assert_eq!((deb.id().as_str(), deb.size, deb.sha256), ("a_1_all", 3, sha256));
        let error = format!("{:#}", located.with(&Stanza::default()).unwrap_err());
        assert!(error.contains("entry of package `a`: the control stanza has no field `Package`"), "{error}");
    }

    #[test]
    fn quoting_is_undone() {
        assert_eq!(percent_decode("a%2bb%3ac"), "a+b:c");
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%zz1"), "%zz1");
    }
}
