//! `imgbuild bake`.

use super::format::Format;
use super::image::LockedImageArgs;
use crate::Result;
use crate::bake::Manifest;
use crate::context::Context;
use crate::size::human;
use clap::Args as ClapArgs;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

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
        let opened = self.image.open(context)?;
        let manifest = opened.bakery(context)?.bake(&self.dist)?;
        context.report.data(self.format.print(&manifest.outputs, || text(&manifest, &self.dist))?);
        Ok(())
    }
}

fn text(manifest: &Manifest, dist: &Path) -> String {
    let directory = dist.join(&manifest.image);
    let mut text = String::new();
    for (name, output) in &manifest.outputs {
        let path = directory.join(name);
        let _ = writeln!(text, "{}  {}  {}", output.sha256, path.display(), human(output.size));
    }
    text
}
