//! The image that is published.

use super::plan::Plan;
use crate::Result;
use crate::bake::ImageRecord;
use crate::error::Fault;
use std::path::{Path, PathBuf};

/// First bytes of a qcow2 file.
const QCOW2: &[u8] = b"QFI\xfb";
/// What an AMI may be called (EC2 API reference, `RegisterImage`, `Name`).
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=128;
const NAME_PUNCTUATION: &str = " ()[]./-'@_";

/// An image with everything that is said about it.
pub struct Source {
    /// The raw image.
    pub path: PathBuf,
    /// What it is.
    pub record: ImageRecord,
    /// Its blocks.
    pub plan: Plan,
    /// Name that its AMI gets.
    pub name: String,
}

impl Source {
    /// Reads the image; `name` is that of the AMI, if it is not to be made of the image's name and digest.
    pub fn open(path: &Path, record: ImageRecord, name: Option<&str>) -> Result<Self> {
        refuse_other_formats(path)?;
        let plan = Plan::of(path)?;
        let made = || format!("{}-{}", record.name, &plan.image.to_string()[..12]);
        let name = name.map_or_else(made, str::to_owned);
        check_name(&name)?;
        Ok(Self { path: path.to_owned(), record, plan, name })
    }
}

fn refuse_other_formats(path: &Path) -> Result<()> {
    let mut magic = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(fs_err::File::open(path)?, 4), &mut magic)?;
    if magic == QCOW2 {
        return Err(Fault::usage(format!("`{}` is no raw image", path.display()))
            .hint("give the `.raw` file: add `raw` to `outputs` of the image's definition and bake again")
            .into());
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || NAME_PUNCTUATION.contains(c);
    if NAME_LENGTH.contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(Fault::usage(format!("`{name}` cannot be an AMI's name"))
        .hint("use 3 to 128 letters, digits, spaces and ()[]./-'@_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_aws_takes() {
        for name in ["ab", "a:b", &"a".repeat(129), "grün"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("debian-13-0123456789ab (test)").is_ok());
    }
}
