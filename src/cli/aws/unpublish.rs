//! `imgbuild aws unpublish`.

use super::{ConnectionArgs, wait};
use crate::Result;
use crate::aws::unpublish;
use crate::cli::format::Format;
use crate::context::Context;
use clap::Args as ClapArgs;

/// Remove an AMI and its snapshot, or all that was published of an image
#[derive(ClapArgs)]
pub struct Args {
    /// An AMI, or the name of an image
    #[arg(value_name = "AMI|IMAGE")]
    what: String,
    /// Remove all AMIs of the image if there are several
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
    /// How to print what was removed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let removed = wait(async {
            let connection = self.connection.open(context).await?;
            unpublish::unpublish(&connection, &context.report, &self.what, self.all).await
        })?;
        context.report.data(self.format.print(&removed, || removed.to_text())?);
        Ok(())
    }
}
