//! Names in the two trees, and which names can be recorded at all.

use super::encoding::ucs2;
use crate::Result;
use crate::error::Fault;
use std::collections::BTreeMap;

/// Characters in a volume identifier: Joliet has 32 bytes for it, two for each.
const VOLUME_LIMIT: usize = 16;
/// Characters in a file name at interchange level 2 (ECMA-119, 10.2).
const FILE_LIMIT: usize = 30;
/// What ends every file identifier of the primary tree.
const VERSION: &str = ";1";

/// Refuses a volume name that a descriptor cannot hold.
pub fn check_volume(name: &str) -> Result<()> {
    check(name, VOLUME_LIMIT)
}

/// The identifiers of `names` in the primary tree, in the same order; refuses names that become equal.
pub fn primary_all<'a>(names: impl Iterator<Item = &'a String>) -> Result<Vec<Vec<u8>>> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut all = Vec::new();
    for name in names {
        check(name, FILE_LIMIT)?;
        let identifier = primary(name);
        all.push(identifier.clone().into_bytes());
        if let Some(other) = taken.insert(identifier, name) {
            let fault = Fault::input(format!("`{other}` and `{name}` are the same name in ISO 9660"));
            return Err(fault.hint("rename one: case and punctuation do not count").into());
        }
    }
    Ok(all)
}

/// The identifier in the Joliet tree: the name itself, without version as mkisofs does.
pub fn joliet(name: &str) -> Vec<u8> {
    ucs2(name)
}

/// Upper-case letters, digits and `_`, with exactly one dot and a version.
fn primary(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let plain = |part: &str| part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let (stem, extension): (String, String) = (plain(stem), plain(extension));
    format!("{stem}.{extension}{VERSION}").to_ascii_uppercase()
}

fn check(name: &str, limit: usize) -> Result<()> {
    let fits = (1..=limit).contains(&name.len());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if fits && name.bytes().all(allowed) {
        return Ok(());
    }
    let fault = Fault::input(format!("`{name}` cannot be a name in an ISO 9660 volume"));
    Err(fault.hint(format!("use 1 to {limit} ASCII letters, digits, `-`, `_` and `.`")).into())
}
