//! An exact Kubernetes version.

use crate::error::Fault;
use crate::text::serde_as_text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `MAJOR.MINOR.PATCH`, parsed with or without a leading `v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "operator", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "operator", schemars(with = "String", extend("pattern" = r"^v?1\.[0-9]+\.[0-9]+$")))]
pub struct Version {
    /// 1, so far.
    pub major: u32,
    /// What behaviour depends on.
    pub minor: u32,
    /// Bug fixes.
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            Fault::input(format!("`{text}` is no Kubernetes version"))
                .hint("write all three numbers: `1.36.4`")
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.strip_prefix('v').unwrap_or(text).split('.').collect();
        let numbers: Option<Vec<u32>> =
            parts.iter().map(|part| digits(part).then(|| part.parse().ok()).flatten()).collect();
        match numbers.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self { major, minor, patch }),
            _ => Err(wrong()),
        }
    }
}

serde_as_text!(Version);

/// The first release of the minor version `1.MINOR`.
#[cfg(test)]
pub(crate) fn of_minor(minor: u32) -> Version {
    Version { major: 1, minor, patch: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let parse = |text: &str| text.parse::<Version>().unwrap();
        assert!(parse("1.9.10") < parse("v1.20.2"));
        assert_eq!(parse("v1.20.2").to_string(), "1.20.2");
    }

    #[test]
    fn refuses_what_is_not_exact() {
        for text in ["", "1", "1.20", "1.20.2.1", "1.20.x", "1.+2.3", "1..2", "latest"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
