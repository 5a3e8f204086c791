//! `imgbuild verify`.

use super::baked;
use super::image::{ImageArgs, Opened};
use crate::Result;
use crate::bake::{Manifest, Output};
use crate::context::Context;
use crate::definition::Format;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::output::vagrant::Provider;
use crate::papers::attest;
use crate::verify::{self, Comparison};
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Bake again and compare with what is in dist/; name the first file that differs
///
/// With --key nothing is baked: the signatures that `imgbuild attest` made are checked, and that the files in
/// dist/IMAGE are those that were signed.
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// Where the image's folder of outputs is
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Only check signatures: a public key (PEM on P-256, SSH), or a file of allowed signers
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        match &self.key {
            Some(key) => self.check_signatures(key, context),
            None => self.bake_again(context),
        }
    }

    fn check_signatures(&self, key: &Path, context: &Context) -> Result<()> {
        let folder = baked::folder(&self.dist, self.image.named());
        let checked = attest::check(&folder, &baked::name(&folder), key)?;
        for (name, sha256) in checked.files {
            context.report.data(format!("{sha256}  {name}  signed by {}\n", checked.signer));
        }
        for name in checked.absent {
            context.report.step(format!("`{name}` was signed and is not here"));
        }
        Ok(())
    }

    fn bake_again(&self, context: &Context) -> Result<()> {
        let opened = Opened::open(context, &self.image.path()?, true)?;
        let directory = self.dist.join(&opened.locked.definition().name);
        let expected = Manifest::read(&directory)?;
        let again = tempfile::Builder::new().prefix(".verify-").tempdir_in(&self.dist)?;
        let new = again.path().join("image");
        let made = opened.bakery(context)?.bake_anew(&new)?;
        let bakes = Bakes { directory: &directory, expected: &expected, new: &new, made: &made };
        bakes.refuse_what_is_not_made()?;
        for (name, sha256) in bakes.compare_outputs()?.into_iter().chain(bakes.compare_papers()?) {
            context.report.data(format!("{sha256}  {name}  identical\n"));
        }
        Ok(())
    }
}

/// An image, and the same baked again.
struct Bakes<'a> {
    directory: &'a Path,
    expected: &'a Manifest,
    new: &'a Path,
    made: &'a Manifest,
}

impl<'a> Bakes<'a> {
    fn refuse_what_is_not_made(&self) -> Result<()> {
        let (made, mut there) = (self.made, self.expected.files().map(|(name, ..)| name));
        let is_made = |name: &String| made.outputs.contains_key(name) || made.papers.contains_key(name);
        match there.find(|name| !is_made(name)) {
            Some(name) => Err(differs(&self.directory.join(name), "a new bake does not make it")),
            None => Ok(()),
        }
    }

    /// Disks before what is packed from them: a difference is best explained where it comes from.
    fn compare_outputs(&self) -> Result<Vec<(&'a String, Sha256)>> {
        let mut outputs: Vec<(&String, &Output)> = self.made.outputs.iter().collect();
        outputs.sort_by_key(|(_, output)| output.format);
        for (name, output) in &outputs {
            let there = self.directory.join(name);
            let as_recorded = self.expected.outputs.get(*name) == Some(output);
            if !is_same(&there, output.sha256)? || !as_recorded {
                return Err(explain(output.format, &there, &self.new.join(name)));
            }
        }
        Ok(outputs.into_iter().map(|(name, output)| (name, output.sha256)).collect())
    }

    fn compare_papers(&self) -> Result<Vec<(&'a String, Sha256)>> {
        for (name, paper) in &self.made.papers {
            let there = self.directory.join(name);
            if !is_same(&there, paper.sha256)? || self.expected.papers.get(name) != Some(paper) {
                return Err(differs(&there, "it says something else"));
            }
        }
        Ok(self.made.papers.iter().map(|(name, paper)| (name, paper.sha256)).collect())
    }
}

/// Whether the file at `path` has these bytes; that there is none is a difference of its own.
fn is_same(path: &Path, sha256: Sha256) -> Result<bool> {
    if !path.is_file() {
        return Err(differs(path, "it is not there"));
    }
    Ok(Sha256::of_file(path)? == sha256)
}

fn explain(format: Format, expected: &Path, actual: &Path) -> anyhow::Error {
    let difference = match compare(format, expected, actual) {
        Ok(Comparison::Different(difference)) => difference.to_string(),
        Ok(Comparison::Same) if Provider::of(format).is_some() => {
            "the disks are the same, the boxes differ".to_owned()
        }
        Ok(Comparison::Same) => "the disks are the same, the container format differs".to_owned(),
        Err(error) => return error.context(format!("comparing `{}`", expected.display())),
    };
    differs(expected, &difference)
}

fn differs(expected: &Path, difference: &str) -> anyhow::Error {
    Fault::mismatch(format!("`{}` differs from a new bake: {difference}", expected.display()))
        .hint("if definition, lock or imgbuild changed since it was baked, bake it again")
        .into()
}

/// Boxes come after the disks that they are packed from, so theirs are the same.
fn compare(format: Format, expected: &Path, actual: &Path) -> Result<Comparison> {
    match Provider::of(format) {
        Some(_) => Ok(Comparison::Same),
        None => verify::compare(expected, actual),
    }
}
