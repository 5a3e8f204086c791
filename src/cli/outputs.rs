//! How output files are listed.

use super::format::Format;
use crate::Result;
use crate::bake::{Output, Paper};
use crate::digest::Sha256;
use crate::size::human;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The files `outputs` in `directory`: a line each as `sha256sum` writes it, with the size.
pub fn list(outputs: &BTreeMap<String, Output>, directory: &Path, format: Format) -> Result<String> {
    format.print(outputs, || {
        lines(outputs.iter().map(|(name, output)| (name, output.sha256, output.size)), directory)
    })
}

/// The same for the papers beside them.
pub fn papers(papers: &BTreeMap<String, Paper>, directory: &Path) -> String {
    lines(papers.iter().map(|(name, paper)| (name, paper.sha256, paper.size)), directory)
}

fn lines<'a>(files: impl Iterator<Item = (&'a String, Sha256, u64)>, directory: &Path) -> String {
    let mut text = String::new();
    for (name, sha256, size) in files {
        let _ = writeln!(text, "{sha256}  {}  {}", directory.join(name).display(), human(size));
    }
    text
}
