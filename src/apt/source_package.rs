//! Source packages: which files make one, by the archive's signed index.

use super::isolated::{IsolatedApt, PrintedUri};
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use anyhow::Context as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One file of a source package: the `.dsc` or a tarball that it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// File name, such as `kubernetes_1.20.2-1.dsc`.
    pub name: String,
    /// The archive that has it.
    pub archive: String,
    /// Path below the archive's base URL.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Digest of the file.
    pub sha256: Sha256,
}

impl IsolatedApt {
    /// The files of the newest version of source package `package`, sorted by name.
    pub fn source_package(&self, package: &str) -> Result<Vec<SourceFile>> {
        let uris = self.get(["source", "--print-uris", "-qq", "--download-only", package]).text();
        let uris = uris.map_err(|error| {
            Fault::input(format!("apt finds no source package `{package}`: {error}"))
                .hint("check its name and the suites and components in the definition")
        })?;
        let checksums = parse_checksums(&self.cache(["showsrc", package]).text()?)?;
        let files = uris.lines().map(|line| self.source_file(line, &checksums));
        let mut files = files.collect::<Result<Vec<_>>>()?;
        files.sort();
        Ok(files)
    }

    fn source_file(&self, line: &str, checksums: &BTreeMap<String, (Sha256, u64)>) -> Result<SourceFile> {
        let PrintedUri { archive, path, name } = self.printed_uri(line)?;
        let (sha256, size) =
            *checksums.get(name).with_context(|| format!("the source index has no sha256 of `{name}`"))?;
        Ok(SourceFile { name: name.to_owned(), archive, path, size, sha256 })
    }
}

/// File name to digest and size, from all `Checksums-Sha256` fields of `apt-cache showsrc`.
fn parse_checksums(text: &str) -> Result<BTreeMap<String, (Sha256, u64)>> {
    let mut checksums = BTreeMap::new();
    let mut inside = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            inside = line.starts_with("Checksums-Sha256:");
        } else if inside && let [digest, size, name] = line.split_whitespace().collect::<Vec<_>>()[..] {
            checksums.insert(name.to_owned(), (digest.parse()?, size.parse().context("reading a size")?));
        }
    }
    Ok(checksums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sha256_checksums_are_taken() {
        let digest = Sha256::of("x");
        let text =
            format!("Package: a\nFiles:\n 00 3 a.dsc\nChecksums-Sha256:\n {digest} 3 a.dsc\nHomepage: h\n");
        let checksums = parse_checksums(&text).unwrap();
        assert_eq!(checksums, BTreeMap::from([("a.dsc".to_owned(), (digest, 3))]));
    }
}
