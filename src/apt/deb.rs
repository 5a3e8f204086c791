//! Binary packages (deb(5)): an `ar` archive of `debian-binary`, `control.tar.*` and `data.tar.*`.

mod ar;
mod unpack;

pub use unpack::tree;

use super::control::{self, Control};
use crate::Result;
use crate::error::Fault;
use crate::layers::compression;
use crate::layers::members::{Kind, Members, Stream, read_error};
use anyhow::Context as _;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::Path;

/// Bytes that a control file may have; the largest of Debian 13 has 60 kB.
const MAX_CONTROL: u64 = 1 << 20;
/// What may follow `control.tar` and `data.tar`; deb(5) knows more, but no supported release uses them.
const SUFFIXES: [&str; 4] = ["", ".gz", ".xz", ".zst"];

/// The control stanza of the package at `path`.
pub fn control(path: &Path) -> Result<Control> {
    read_control(path).with_context(|| format!("reading the package `{}`", path.display()))
}

/// The decompressed tar of the files in the package at `path`.
pub fn data(path: &Path) -> Result<impl Read + Send + use<>> {
    part(path, "data.tar").with_context(|| format!("reading the package `{}`", path.display()))
}

fn read_control(path: &Path) -> Result<Control> {
    let mut members = Members::new(Stream(part(path, "control.tar")?));
    while let Some(member) = members.next()? {
        if member.path != "control" || member.kind != Kind::File {
            continue;
        }
        let mut bytes = Vec::new();
        members.content().take(MAX_CONTROL).read_to_end(&mut bytes).map_err(read_error)?;
        // Maintainers' names in old packages may be in other encodings.
        let mut stanzas = control::parse(&String::from_utf8_lossy(&bytes))?;
        if stanzas.len() == 1 {
            return Ok(stanzas.remove(0));
        }
        break;
    }
    Err(malformed("its `control.tar` has no file `control` with one stanza"))
}

/// The decompressed member whose name is `name` and a known suffix.
fn part(path: &Path, name: &str) -> Result<impl Read + Send + use<>> {
    let mut file = fs_err::File::open(path)?;
    let members = ar::members(&mut file)?;
    check_version(&mut file, &members)?;
    let found = members
        .iter()
        .find(|member| member.name.strip_prefix(name).is_some_and(|suffix| SUFFIXES.contains(&suffix)));
    let member = found.ok_or_else(|| malformed(format!("it has no `{name}` in a known compression")))?;
    file.seek(SeekFrom::Start(member.offset))?;
    compression::decoder(file.take(member.length))
}

fn check_version(file: &mut fs_err::File, members: &[ar::Member]) -> Result<()> {
    let first = members.first().filter(|member| member.name == "debian-binary");
    let first = first.ok_or_else(|| malformed("its first member is not `debian-binary`"))?;
    file.seek(SeekFrom::Start(first.offset))?;
    let mut version = String::new();
    file.take(first.length.min(64)).read_to_string(&mut version)?;
    match version.strip_prefix("2.") {
        Some(_) => Ok(()),
        None => Err(malformed(format!("its format is `{}`, not `2.0`", version.trim()))),
    }
}

fn malformed(why: impl std::fmt::Display) -> anyhow::Error {
    Fault::input(format!("not a well-formed Debian package: {why}"))
        .hint("fetch it again; `dpkg-deb --info` says more")
        .into()
}

#[cfg(test)]
mod tests;
