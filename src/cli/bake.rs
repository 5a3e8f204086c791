//! `imgbuild bake`.

use super::format::Format;
use super::image::LockedImageArgs;
use super::outputs;
use crate::Result;
use crate::bake;
use crate::context::Context;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Bake an image into dist/IMAGE, doing only what is not done yet
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: LockedImageArgs,
    /// Where the image's folder of outputs goes
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// How to print the list of outputs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        bake::require(context, &self.image.definition()?)?;
        let opened = self.image.open(context)?;
        let manifest = opened.bakery(context)?.bake(&self.dist)?;
        let directory = self.dist.join(&manifest.image);
        context.report.data(outputs::list(&manifest.outputs, &directory, self.format)?);
        if self.format == Format::Text {
            context.report.data(outputs::papers(&manifest.papers, &directory));
        }
        Ok(())
    }
}
