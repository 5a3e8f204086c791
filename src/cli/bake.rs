//! `imgbuild bake`.

use super::image::{Format, LockedImageArgs};
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
        match self.format {
            Format::Text => context.report.data(text(&manifest, &self.dist)),
            Format::Json => context.report.data(serde_json::to_string_pretty(&manifest.outputs)? + "\n"),
        }
        Ok(())
    }
}

fn text(manifest: &Manifest, dist: &Path) -> String {
    let directory = dist.join(&manifest.image);
    let mut text = String::new();
    for (name, size, sha256) in manifest.files() {
        let path = directory.join(name);
        let _ = writeln!(text, "{sha256}  {}  {}", path.display(), human(size));
    }
    text
}
