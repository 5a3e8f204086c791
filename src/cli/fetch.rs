//! `imgbuild fetch`.

use super::image::{ImageArgs, Opened};
use crate::Result;
use crate::context::Context;
use crate::size::human;
use clap::Args as ClapArgs;

/// Download everything that a bake needs, so that it can then run with --offline
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// Refuse a missing or stale lock instead of making it
    #[arg(long)]
    locked: bool,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let opened = Opened::open(context, &self.image.path()?, self.locked)?;
        let fetched = opened.bakery(context)?.fetch()?;
        let (downloaded, reused) = (fetched.downloaded, fetched.reused);
        context
            .report
            .step(format!("{downloaded} files ({}) fetched, {reused} were there", human(fetched.bytes)));
        Ok(())
    }
}
