//! Emits a tree as a tar that is a function of the tree alone: ustar headers, PAX records only where ustar
//! cannot say it (long names, `security.capability`), no user or group names.
//!
//! GNU tar and libarchive read it, the latter inside of `mke2fs -d`.

mod header;

use super::content::Copier;
use super::entry::{Content, Entry, Node};
use super::members::BLOCK;
use super::tree::Tree;
use crate::Result;
use anyhow::Context as _;
use std::io::{self, BufWriter, Read, Write};

const BUFFER: usize = 1 << 20;
const ZEROS: [u8; 512] = [0; 512];

/// Writes all of `tree` to `out`.
pub fn tar(tree: &Tree, out: impl Write) -> Result<()> {
    let mut emitter = Emitter::new(out);
    for (path, entry) in tree.iter() {
        emitter.append(path, entry).with_context(|| format!("writing `/{path}`"))?;
    }
    emitter.finish()?;
    Ok(())
}

/// Writes one entry after the other.
pub struct Emitter<W: Write> {
    out: BufWriter<W>,
    copier: Copier,
}

impl<W: Write> Emitter<W> {
    /// Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), copier: Copier::new() }
    }

    /// Writes `entry`; folders must come before what they hold, files before links to them.
    pub fn append(&mut self, path: &str, entry: &Entry) -> Result<()> {
        self.append_header(path, entry)?;
        match &entry.node {
            Node::File(content) => self.content(content),
            _ => Ok(()),
        }
    }

    /// Writes `entry` with its bytes taken from `content`; its own [`Content`] only says how many they are.
    pub fn append_from(&mut self, path: &str, entry: &Entry, content: &mut impl Read) -> Result<()> {
        self.append_header(path, entry)?;
        let Node::File(length) = &entry.node else { return Ok(()) };
        match io::copy(&mut content.take(length.length()), &mut self.out)? {
            copied if copied == length.length() => self.pad(copied),
            _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }

    /// Ends the archive and gives back the writer.
    pub fn finish(mut self) -> Result<W> {
        self.out.write_all(&ZEROS)?;
        self.out.write_all(&ZEROS)?;
        Ok(self.out.into_inner().map_err(io::IntoInnerError::into_error)?)
    }

    fn append_header(&mut self, path: &str, entry: &Entry) -> Result<()> {
        let records = header::pax_records(path, entry);
        if !records.is_empty() {
            self.out.write_all(header::pax(records.len() as u64).as_bytes())?;
            self.padded(&records)?;
        }
        Ok(self.out.write_all(header::ustar(path, entry)?.as_bytes())?)
    }

    fn content(&mut self, content: &Content) -> Result<()> {
        self.copier.copy(content, &mut self.out)?;
        self.pad(content.length())
    }

    fn padded(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes)?;
        self.pad(bytes.len() as u64)
    }

    fn pad(&mut self, length: u64) -> Result<()> {
        let padding = length.next_multiple_of(BLOCK) - length;
        let padding = usize::try_from(padding).unwrap_or_default();
        Ok(self.out.write_all(&ZEROS[..padding])?)
    }
}

#[cfg(test)]
mod tests;
