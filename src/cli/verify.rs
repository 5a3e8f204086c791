//! `imgbuild verify`.

use super::image::{ImageArgs, Opened};
use crate::Result;
use crate::bake::Manifest;
use crate::context::Context;
use crate::error::Fault;
use crate::verify::{self, Comparison};
use anyhow::Context as _;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Bake again and compare with what is in dist/; name the first file that differs
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// Where the image's folder of outputs is
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let opened = Opened::open(context, &self.image.path()?, true)?;
        let directory = self.dist.join(&opened.locked.definition().name);
        let expected = read_manifest(&directory)?;
        let again = tempfile::Builder::new().prefix(".verify-").tempdir_in(&self.dist)?;
        let made = opened.bakery(context)?.bake_anew(&again.path().join("image"))?;
        for (name, output) in &made.outputs {
            if expected.outputs.get(name) != Some(output) {
                return Err(explain(&directory.join(name), &again.path().join("image").join(name)));
            }
            let there = crate::digest::Sha256::of_file(&directory.join(name))?;
            if there != output.sha256 {
                return Err(explain(&directory.join(name), &again.path().join("image").join(name)));
            }
            context.report.data(format!("{}  {name}  identical\n", output.sha256));
        }
        Ok(())
    }
}

fn read_manifest(directory: &Path) -> Result<Manifest> {
    let path = directory.join("manifest.json");
    let bytes = fs_err::read(&path).map_err(|error| {
        Fault::usage(format!("there is nothing to verify: {error}")).hint("run `imgbuild bake` first")
    })?;
    serde_json::from_slice(&bytes).with_context(|| format!("reading `{}`", path.display()))
}

fn explain(expected: &Path, actual: &Path) -> anyhow::Error {
    let difference = match verify::compare(expected, actual) {
        Ok(Comparison::Different(difference)) => difference.to_string(),
        Ok(Comparison::Same) => "the disks are the same, the container format differs".to_owned(),
        Err(error) => return error.context(format!("comparing `{}`", expected.display())),
    };
    Fault::mismatch(format!("`{}` differs from a new bake: {difference}", expected.display()))
        .hint("if definition, lock or imgbuild changed since it was baked, bake it again")
        .into()
}
