//! `imgbuild fetch`.

use super::image::LockedImageArgs;
use crate::Result;
use crate::context::Context;
use crate::size::human;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Download everything that a bake needs, so that it can then run with --offline
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    image: LockedImageArgs,
    /// Also put all of it into a folder that serves as --artifact-mirror, with the Debian part, where there is no
    /// network; what the folder has already is verified and kept
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let opened = self.image.open(context)?;
        let bakery = opened.bakery(context)?;
        if let Some(folder) = &self.bundle {
            let added = bakery.bundle(folder)?;
            let size = human(added.bytes);
            let (files, kept, folder) = (added.files, added.kept, folder.display());
            context.report.step(format!("{files} files ({size}) put into `{folder}`, {kept} were there"));
            return Ok(());
        }
        let fetched = bakery.fetch()?;
        let (downloaded, reused) = (fetched.downloaded, fetched.reused);
        context
            .report
            .step(format!("{downloaded} files ({}) fetched, {reused} were there", human(fetched.bytes)));
        Ok(())
    }
}
