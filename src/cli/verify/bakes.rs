//! An image held against a new bake of it, and what is said about the two.

use crate::Result;
use crate::bake::Manifest;
use crate::definition::Format;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::output::vagrant::Provider;
use crate::verify::{self, Comparison, Difference};
use anyhow::Context as _;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Why cached layers give other bytes than they did.
const CHANGED: &str = "if definition, lock or imgbuild changed since it was baked, bake it again";
/// Why other layers give other bytes.
const UNLIKE: &str =
    "unless definition, lock or imgbuild changed, a cached layer is damaged or differs each time";

/// An image, and the same baked again.
pub struct Bakes<'a> {
    /// The folder of the image.
    pub directory: &'a Path,
    /// What is said to be there.
    pub expected: &'a Manifest,
    /// The folder of the new bake.
    pub new: &'a Path,
    /// What that made.
    pub made: &'a Manifest,
    /// Whether it took no layer from the cache.
    pub fresh: bool,
}

/// What the comparison found.
#[derive(Serialize)]
pub struct Verdict {
    image: String,
    fresh: bool,
    /// Files that are the same; those after the first one that differs were not looked at.
    identical: Vec<Identical>,
    different: Option<Mismatch>,
}

#[derive(Serialize)]
struct Identical {
    name: String,
    sha256: Sha256,
}

/// The first file that differs.
#[derive(Serialize)]
struct Mismatch {
    file: PathBuf,
    reason: String,
    /// Of disks: where and how.
    difference: Option<Box<Difference>>,
}

/// A file of the new bake.
struct Made<'a> {
    name: &'a str,
    sha256: Sha256,
    /// `None` if it is a paper.
    format: Option<Format>,
    /// Whether the image's manifest says the same of it.
    as_recorded: bool,
}

impl<'a> Bakes<'a> {
    /// Compares file by file, up to the first one that differs.
    pub fn compare(&self) -> Result<Verdict> {
        let mut verdict = Verdict {
            image: self.made.image.clone(),
            fresh: self.fresh,
            identical: Vec::new(),
            different: self.not_made(),
        };
        for file in self.files() {
            if verdict.different.is_none() {
                verdict.different = self.mismatch(&file)?;
            }
            if verdict.different.is_some() {
                break;
            }
            verdict.identical.push(Identical { name: file.name.to_owned(), sha256: file.sha256 });
        }
        Ok(verdict)
    }

    /// A file of the image that the new bake does not make.
    fn not_made(&self) -> Option<Mismatch> {
        let (made, mut there) = (self.made, self.expected.files().map(|(name, ..)| name));
        let is_made = |name: &String| made.outputs.contains_key(name) || made.papers.contains_key(name);
        let name = there.find(|name| !is_made(name))?;
        Some(Mismatch::new(self.directory.join(name), "a new bake does not make it"))
    }

    /// Disks before what is packed from them: a difference is best explained where it comes from.
    fn files(&self) -> Vec<Made<'a>> {
        let (made, expected) = (self.made, self.expected);
        let outputs = made.outputs.iter().map(|(name, output)| Made {
            name,
            sha256: output.sha256,
            format: Some(output.format),
            as_recorded: expected.outputs.get(name) == Some(output),
        });
        let papers = made.papers.iter().map(|(name, paper)| Made {
            name,
            sha256: paper.sha256,
            format: None,
            as_recorded: expected.papers.get(name) == Some(paper),
        });
        let mut files: Vec<_> = outputs.collect();
        files.sort_by_key(|file| file.format);
        files.extend(papers);
        files
    }

    /// In which way `file` is not there as the new bake made it, if so.
    fn mismatch(&self, file: &Made) -> Result<Option<Mismatch>> {
        let there = self.directory.join(file.name);
        if !there.is_file() {
            return Ok(Some(Mismatch::new(there, "it is not there")));
        }
        if Sha256::of_file(&there)? == file.sha256 && file.as_recorded {
            return Ok(None);
        }
        match file.format {
            Some(format) => explain(format, there, &self.new.join(file.name)).map(Some),
            None => Ok(Some(Mismatch::new(there, "it says something else"))),
        }
    }
}

fn explain(format: Format, expected: PathBuf, actual: &Path) -> Result<Mismatch> {
    // they come after the disks that they are packed from
    if Provider::of(format).is_some() {
        return Ok(Mismatch::new(expected, "the disks are the same, the boxes differ"));
    }
    let compared = verify::compare(&expected, actual);
    match compared.with_context(|| format!("comparing `{}`", expected.display()))? {
        Comparison::Same => {
            Ok(Mismatch::new(expected, "the disks are the same, the container format differs"))
        }
        Comparison::Different(difference) => {
            Ok(Mismatch { file: expected, reason: difference.to_string(), difference: Some(difference) })
        }
    }
}

impl Mismatch {
    fn new(file: PathBuf, reason: &str) -> Self {
        Self { file, reason: reason.to_owned(), difference: None }
    }
}

impl Verdict {
    /// A line for each file that is the same.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for file in &self.identical {
            let _ = writeln!(text, "{}  {}  identical", file.sha256, file.name);
        }
        text
    }

    /// The failure that a difference is.
    pub fn fault(&self) -> Option<Fault> {
        let Mismatch { file, reason, .. } = self.different.as_ref()?;
        let fault = Fault::mismatch(format!("`{}` differs from a new bake: {reason}", file.display()));
        Some(fault.hint(if self.fresh { UNLIKE } else { CHANGED }))
    }
}
