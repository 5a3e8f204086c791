//! Debian packages that dpkg considers installed: `var/lib/dpkg/status`.

use super::ext4::FileSystem;
use crate::Result;
use serde::Serialize;
use std::collections::BTreeMap;

const STATUS: &str = "var/lib/dpkg/status";

/// One installed package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its full version.
    pub version: String,
    /// `amd64`, `all`, …
    pub architecture: String,
    /// Bytes that it says it takes.
    pub installed_size: u64,
    /// Kept at this version by `apt-mark hold`.
    pub held: bool,
}

/// The installed packages, by name.
pub fn read(files: &FileSystem) -> Result<Vec<Package>> {
    let status = files.text(STATUS)?.unwrap_or_default();
    Ok(parse(&status))
}

fn parse(status: &str) -> Vec<Package> {
    let mut packages: Vec<_> = status.split("\n\n").filter_map(paragraph).collect();
    packages.sort();
    packages
}

/// `None` if the paragraph is not about an installed package.
fn paragraph(text: &str) -> Option<Package> {
    let fields: BTreeMap<&str, &str> = text
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect();
    let (wanted, state) = fields.get("Status")?.split_once(' ')?;
    if !state.ends_with(" installed") {
        return None;
    }
    let field = |name: &str| fields.get(name).copied().unwrap_or_default().to_owned();
    let kib: u64 = field("Installed-Size").parse().unwrap_or_default();
    Some(Package {
        name: fields.get("Package").copied()?.to_owned(),
        version: field("Version"),
        architecture: field("Architecture"),
        installed_size: kib.saturating_mul(1024),
        held: wanted == "hold",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
Package: zlib1g
Status: install ok installed
Installed-Size: 168
Architecture: amd64
Version: 1:1.2.13.dfsg-1
Description: compression library
 Version: this line belongs to the description
 .
 Status: so does this one

Package: kubectl
Status: hold ok installed
Architecture: amd64
Version: 1.36.4-1.1

Package: gone
Status: deinstall ok config-files
Version: 1

Nonsense without a colon
";

    #[test]
    fn lists_installed_packages_in_order_and_says_which_are_held() {
        let packages = parse(STATUS);
        let names: Vec<_> = packages.iter().map(|p| (p.name.as_str(), p.version.as_str(), p.held)).collect();
        assert_eq!(names, [("kubectl", "1.36.4-1.1", true), ("zlib1g", "1:1.2.13.dfsg-1", false)]);
        assert_eq!((packages[0].installed_size, packages[1].installed_size), (0, 168 << 10));
    }

    #[test]
    fn an_empty_file_is_no_package() {
        assert!(parse("").is_empty());
    }
}
