//! `imgbuild verify`.

mod bakes;

use super::baked;
use super::format::Format;
use super::image::{ImageArgs, Opened};
use crate::Result;
use crate::bake::Manifest;
use crate::context::Context;
use crate::papers::attest;
use crate::plan::Fresh;
use bakes::{Bakes, Verdict};
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Bake again from cached layers and compare with what is in dist/; name the first file that differs
///
/// Roots, stages and archives that are in the cache are taken from there; what is tried again is how they become an
/// image. With --fresh all of them are built anew too, from the same downloads, beside the cache: that takes as
/// long as a first bake, half an hour or more for an image whose Kubernetes is built from source.
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
    /// Take no layer from the cache: build every root and stage anew, which takes long
    #[arg(long, conflicts_with = "key")]
    fresh: bool,
    /// Only check signatures: a public key (PEM on P-256, SSH), or a file of allowed signers
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// How to print what was compared
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "key")]
    format: Format,
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
        let made = self.bake_into(&new, &opened, context)?;
        let bakes =
            Bakes { directory: &directory, expected: &expected, new: &new, made: &made, fresh: self.fresh };
        self.tell(&bakes.compare()?, context)
    }

    /// Downloads come from the store of `opened` in either case.
    fn bake_into(&self, folder: &Path, opened: &Opened, context: &Context) -> Result<Manifest> {
        if !self.fresh {
            return opened.bakery(context)?.bake_anew(folder);
        }
        let fresh = Fresh::open(context)?;
        let context = fresh.context(context);
        opened.bakery(&context)?.bake_anew(folder)
    }

    fn tell(&self, verdict: &Verdict, context: &Context) -> Result<()> {
        context.report.data(self.format.print(verdict, || verdict.to_text())?);
        if let Some(fault) = verdict.fault() {
            return Err(fault.into());
        }
        if !self.fresh {
            context.report.step("layers in the cache were used as they are: `--fresh` builds them anew too");
        }
        Ok(())
    }
}
