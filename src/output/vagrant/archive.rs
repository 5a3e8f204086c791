//! The archive that a box is: a gzip-compressed tar with fixed metadata.

use super::recipe::Recipe;
use crate::Result;
use crate::layers::entry::{Content, Entry};
use crate::layers::tree::Tree;
use crate::layers::write;
use flate2::{Compression, GzBuilder};
use std::io::{BufWriter, Write};

const MODE: u32 = 0o644;
const BUFFER_BYTES: usize = 1 << 20;
/// `OS` of a gzip header (RFC 1952): unknown, whatever this runs on.
const UNKNOWN_SYSTEM: u8 = 255;

/// The members of a box, by name.
pub struct Members(Tree);

impl Members {
    /// None yet.
    pub fn new(recipe: &Recipe) -> Self {
        Self(Tree::new(recipe.epoch))
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, text: String) -> Result<()> {
        self.content(name, Content::Bytes(text.into_bytes()))
    }

    /// Adds any content.
    pub fn content(&mut self, name: &str, content: Content) -> Result<()> {
        self.0.insert(name, Entry::file(content, MODE))
    }

    /// Writes the archive. Disks in boxes are compressed already, so gzip only stores: that costs a hundredth of
    /// a percent of space and saves most of the time.
    pub fn write(&self, out: impl Write) -> Result<()> {
        let out = BufWriter::with_capacity(BUFFER_BYTES, out);
        let mut gzip =
            GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM).write(out, Compression::none());
        write::tar(&self.0, &mut gzip)?;
        Ok(gzip.finish()?.flush()?)
    }
}
