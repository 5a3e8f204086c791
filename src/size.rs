//! Sizes in bytes as people write them: `4GiB`, `512MiB`, `65536`.

use crate::error::Fault;
use crate::text::serde_as_text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const UNITS: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// A number of bytes; written with a binary unit or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "operator", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "operator", schemars(with = "String", extend("pattern" = r"^[0-9]+(KiB|MiB|GiB|TiB)?$")))]
pub struct ByteSize(u64);

impl ByteSize {
    /// From a number of bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// From a number of mebibytes.
    pub const fn mib(mib: u64) -> Self {
        Self(mib << 20)
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in UNITS {
            if self.0 >= factor && self.0.is_multiple_of(factor) {
                return write!(f, "{}{unit}", self.0 / factor);
            }
        }
        write!(f, "{}", self.0)
    }
}

impl FromStr for ByteSize {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let (number, factor) = UNITS
            .iter()
            .find_map(|(unit, factor)| text.strip_suffix(unit).map(|n| (n, *factor)))
            .unwrap_or((text, 1));
        let digits_only = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number: Option<u64> = if digits_only { number.parse().ok() } else { None };
        number.and_then(|n| n.checked_mul(factor)).map(Self).ok_or_else(|| {
            Fault::input(format!("`{text}` is no size")).hint("write bytes or KiB, MiB, GiB, TiB: `4GiB`")
        })
    }
}

serde_as_text!(ByteSize);

/// `bytes` for a person: three significant digits and a binary unit, such as `1.21 GiB`.
#[allow(clippy::cast_precision_loss)] // shown with three digits
pub fn human(bytes: u64) -> String {
    let (unit, factor) = UNITS.into_iter().find(|(_, factor)| bytes >= *factor).unwrap_or(("B", 1));
    let value = bytes as f64 / factor as f64;
    match value {
        _ if factor == 1 => format!("{bytes} B"),
        v if v < 10.0 => format!("{v:.2} {unit}"),
        v if v < 100.0 => format!("{v:.1} {unit}"),
        v => format!("{v:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_prints() {
        for text in ["0", "1", "4GiB", "1536MiB", "3TiB", "1000"] {
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_signs_fractions_unknown_units_and_overflow() {
        for text in ["", "GiB", "-1", "+1", "1.5GiB", "4GB", "4 GiB", "99999999999TiB"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }

    #[test]
    fn shows_three_digits() {
        assert_eq!(human(1), "1 B");
        assert_eq!(human(1536), "1.50 KiB");
        assert_eq!(human(1_300_000_000), "1.21 GiB");
    }
}
