//! `imgbuild lock`.

use super::image::{ImageArgs, make_lock};
use crate::Result;
use crate::context::Context;
use crate::definition;
use crate::lock::{self, Update};
use crate::store::Store;
use clap::Args as ClapArgs;

/// Resolve an image definition and write its lock beside it
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// Resolve everything anew, not only what is missing
    #[arg(long)]
    update: bool,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let path = self.image.path()?;
        let definition = definition::load(&path)?;
        let update = if self.update { Update::All } else { Update::Missing };
        let changed = make_lock(context, &Store::open(context)?, &definition, &path, update)?;
        let state = if changed { "written" } else { "unchanged" };
        context.report.step(format!("`{}` {state}", lock::path_for(&path).display()));
        Ok(())
    }
}
