//! Names of up to eight characters and three more, with the case that they were written in.

use crate::Result;
use anyhow::bail;

/// Windows NT's flags for a base or extension that is shown in lower case.
const LOWER_BASE: u8 = 0x08;
const LOWER_EXTENSION: u8 = 0x10;
const BASE_LENGTH: usize = 8;
const EXTENSION_LENGTH: usize = 3;
const PUNCTUATION: &[u8] = b"_-~!#$%&'()@^`{}";

/// A name as a directory record has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShortName {
    /// Base and extension in upper case, each padded with spaces.
    pub padded: [u8; BASE_LENGTH + EXTENSION_LENGTH],
    /// Which of them is shown in lower case.
    pub case: u8,
}

impl ShortName {
    /// Reads a name such as `grub.cfg`; fails if it cannot be recorded exactly.
    pub fn of(name: &str) -> Result<Self> {
        let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let fits = (1..=BASE_LENGTH).contains(&base.len()) && extension.len() <= EXTENSION_LENGTH;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || PUNCTUATION.contains(&byte);
        let plain = base.bytes().chain(extension.bytes()).all(allowed) && !name.ends_with('.');
        if !fits || !plain || mixed_case(base) || mixed_case(extension) {
            bail!("`{name}` is no 8.3 name with base and extension in one case each");
        }
        let mut padded = [b' '; BASE_LENGTH + EXTENSION_LENGTH];
        padded[..base.len()].copy_from_slice(base.as_bytes());
        padded[BASE_LENGTH..BASE_LENGTH + extension.len()].copy_from_slice(extension.as_bytes());
        padded.make_ascii_uppercase();
        let flag = |part: &str, flag| if has_lower(part) { flag } else { 0 };
        Ok(Self { padded, case: flag(base, LOWER_BASE) | flag(extension, LOWER_EXTENSION) })
    }
}

fn has_lower(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn mixed_case(part: &str) -> bool {
    has_lower(part) && part.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_and_extension_are_padded_and_their_case_is_kept() {
        let name = ShortName::of("grubx64.EFI").unwrap();
        assert_eq!(name, ShortName { padded: *b"GRUBX64 EFI", case: LOWER_BASE });
        let name = ShortName::of("EFI").unwrap();
        assert_eq!(name, ShortName { padded: *b"EFI        ", case: 0 });
    }

    #[test]
    fn other_names_are_refused() {
        for name in ["", ".efi", "a.", "too-long-1", "a.conf", "Mixed", "a b", "a.b.c", "ä"] {
            assert!(ShortName::of(name).is_err(), "{name}");
        }
    }
}
