//! `imgbuild plan`.

use super::format::Format;
use super::image::LockedImageArgs;
use crate::Result;
use crate::context::Context;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Show what a bake would fetch, build and reuse, and why
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: LockedImageArgs,
    /// Where the image's folder of outputs is
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let opened = self.image.open(context)?;
        let explanation = opened.bakery(context)?.explain(&self.dist)?;
        context.report.data(self.format.print(&explanation, || explanation.to_text())?);
        Ok(())
    }
}
