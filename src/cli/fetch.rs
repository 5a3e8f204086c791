//! `imgbuild fetch`.

use super::image::LockedImageArgs;
use crate::Result;
use crate::context::Context;
use crate::size::human;
use clap::Args as ClapArgs;

/// Download everything that a bake needs, so that it can then run with --offline
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: LockedImageArgs,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let opened = self.image.open(context)?;
        let fetched = opened.bakery(context)?.fetch()?;
        let (downloaded, reused) = (fetched.downloaded, fetched.reused);
        context
            .report
            .step(format!("{downloaded} files ({}) fetched, {reused} were there", human(fetched.bytes)));
        Ok(())
    }
}
