//! `imgbuild aws list`.

use super::{ConnectionArgs, wait};
use crate::Result;
use crate::aws::list;
use crate::cli::format::Format;
use crate::context::Context;
use clap::Args as ClapArgs;

/// List what was published
#[derive(ClapArgs)]
pub struct Args {
    /// Only this image
    #[arg(value_name = "IMAGE")]
    image: Option<String>,
    #[command(flatten)]
    connection: ConnectionArgs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let entries = wait(async {
            let connection = self.connection.open(context).await?;
            list::list(&connection, &context.report, self.image.as_deref()).await
        })?;
        context.report.data(self.format.print(&entries, || list::to_text(&entries))?);
        Ok(())
    }
}
