//! `imgbuild attest`.

use super::baked;
use super::image::DEFAULT;
use crate::Result;
use crate::bake::Manifest;
use crate::context::Context;
use crate::papers::attest;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Sign the provenance and the bill of materials of a baked image; `verify --key` checks
#[derive(ClapArgs)]
pub struct Args {
    /// The name of an image in dist/, or its folder
    #[arg(value_name = "IMAGE", default_value = DEFAULT)]
    image: PathBuf,
    /// Private key: SSH (its public half if an agent has it), or PEM on P-256 for envelopes that cosign reads
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where the images' folders of outputs are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let folder = baked::folder(&self.dist, &self.image);
        let manifest = Manifest::read(&folder)?;
        for path in attest::sign(&folder, &manifest, &self.key)? {
            context.report.data(format!("{}\n", path.display()));
        }
        Ok(())
    }
}
