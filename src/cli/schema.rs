//! `imgbuild schema`.

use crate::Result;
use crate::context::Context;
use crate::definition;
use clap::Args as ClapArgs;

/// Print the JSON Schema of image definitions, for editors
#[derive(ClapArgs)]
pub struct Args {}

impl Args {
    /// Runs the verb.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // as every verb
    pub fn run(&self, context: &Context) -> Result<()> {
        context.report.data(definition::schema::json());
        Ok(())
    }
}
