//! Debian's short names of licences and SPDX's identifiers for them (SPDX licence list 3.x).

/// Short names that are not SPDX's own.
const RENAMED: [(&str, &str); 14] = [
    ("apache-2", "Apache-2.0"),
    ("artistic", "Artistic-1.0-Perl"),
    ("artistic-2", "Artistic-2.0"),
    ("cc0", "CC0-1.0"),
    ("expat", "MIT"),
    // a version that is not named is any version that there ever was
    ("gpl", "GPL-1.0-or-later"),
    ("lgpl", "LGPL-2.0-or-later"),
    ("mpl-1", "MPL-1.0"),
    ("mpl-2", "MPL-2.0"),
    ("perl", "GPL-1.0-or-later OR Artistic-1.0-Perl"),
    ("psf-2", "PSF-2.0"),
    ("python-2", "Python-2.0"),
    ("w3c", "W3C"),
    ("ofl", "OFL-1.1"),
];

/// Short names that Debian and SPDX write alike but for the case of letters.
const SAME: [&str; 37] = [
    "0BSD",
    "AFL-2.1",
    "Apache-1.1",
    "Apache-2.0",
    "Artistic-2.0",
    "Beerware",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-4-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDDL-1.0",
    "curl",
    "EPL-1.0",
    "FSFUL",
    "FSFULLR",
    "FTL",
    "ICU",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-1.1",
    "MPL-2.0",
    "NTP",
    "OFL-1.1",
    "OLDAP-2.8",
    "OpenSSL",
    "PostgreSQL",
    "PSF-2.0",
    "Unlicense",
    "X11",
    "Zlib",
];

/// Families with versions, and the versions that SPDX knows.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("AGPL", &["1.0", "3.0"]),
    ("GFDL", &["1.1", "1.2", "1.3"]),
    ("GPL", &["1.0", "2.0", "3.0"]),
    ("LGPL", &["2.0", "2.1", "3.0"]),
];

/// What SPDX calls `name`; `None` if it has no name for it, as for most exceptions that Debian words freely.
pub fn spdx(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let renamed = RENAMED.iter().find(|(debian, _)| *debian == lower).map(|(_, spdx)| *spdx);
    let same = || SAME.iter().copied().find(|same| same.eq_ignore_ascii_case(name));
    renamed.or_else(same).map(ToOwned::to_owned).or_else(|| versioned(&lower))
}

/// `gpl-2+` and the like.
fn versioned(lower: &str) -> Option<String> {
    let (family, version) = lower.split_once('-')?;
    let (family, versions) = FAMILIES.iter().find(|(name, _)| name.eq_ignore_ascii_case(family))?;
    let (version, later) = match ["+", "-or-later"].iter().find_map(|end| version.strip_suffix(end)) {
        Some(version) => (version, "or-later"),
        None => (version.strip_suffix("-only").unwrap_or(version), "only"),
    };
    let whole = format!("{version}.0");
    let version = versions.iter().find(|known| **known == version || **known == whole)?;
    Some(format!("{family}-{version}-{later}"))
}
