//! Versions of boxes: semantic versions (semver.org 2.0.0) as far as Vagrant, which compares them as versions of
//! Ruby gems, takes them.

use crate::digest::Sha256;
use crate::error::Fault;
use crate::oci::rfc3339;
use crate::text::serde_as_text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const HINT: &str = "write three numbers, such as `1.4.0`, and a pre-release if you like: `1.4.0-rc.1`";

/// The version of a box: `MAJOR.MINOR.PATCH`, maybe with a pre-release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(String);

impl Version {
    /// The version of a box of `image`, which was resolved `epoch` seconds after 1970: `20261123.0.2857740885`. The
    /// date grows with every lock. The number tells images of one date apart: under a version that they know, Vagrant
    /// and libvirt go on using the box that they have.
    pub fn of_image(epoch: u64, image: &Sha256) -> Self {
        let date: String =
            rfc3339::utc(epoch).chars().take_while(|c| *c != 'T').filter(|c| *c != '-').collect();
        let number = image.bytes()[..4].iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
        Self(format!("{date}.0.{number}"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Version {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.contains('+') {
            let message = format!("the version `{text}` has build metadata, which Vagrant does not take");
            return Err(Fault::input(message).hint("leave out everything from the `+` on"));
        }
        let (core, pre_release) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let numbers: Vec<&str> = core.split('.').collect();
        let valid = numbers.len() == 3
            && numbers.into_iter().all(is_number)
            && pre_release.is_none_or(|pre| pre.split('.').all(is_identifier));
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::input(format!("`{}` is no semantic version", text.escape_debug())).hint(HINT))
        }
    }
}

serde_as_text!(Version);

/// Digits without a leading zero.
fn is_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

/// A number, or letters, digits and hyphens.
fn is_identifier(text: &str) -> bool {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain && (!is_digits(text) || is_number(text))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_both_semver_and_vagrant_take() {
        for good in ["0.0.0", "1.20.2", "20261123.0.0", "1.0.0-rc.1", "1.0.0-a-b.0", "1.0.0--"] {
            assert_eq!(good.parse::<Version>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.03",
            "v1.2.3",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.x",
            "latest",
            " 1.2.3",
            "1.2.3\n",
            "-1.2.3",
            "1.2.3-ä",
            "+1.2.3",
            "1.2.3+5",
        ] {
            let fault = bad.parse::<Version>().unwrap_err();
            assert!(fault.hint.is_some(), "{bad}");
        }
    }

    #[test]
    fn a_lock_gives_its_date_and_an_image_its_number() {
        let version = Version::of_image(1_700_000_000, &Sha256::of(""));
        assert_eq!(version.to_string(), "20231114.0.3820012610");
        assert_ne!(version, Version::of_image(1_700_000_000, &Sha256::of("another")));
        assert!(Version::of_image(0, &Sha256::of("")).to_string().parse::<Version>().is_ok());
    }
}
