//! `imgbuild schema`.

use crate::Result;
use crate::context::Context;
use crate::{addon, cluster, definition};
use clap::{Args as ClapArgs, ValueEnum};

/// Print the JSON Schema of image or cluster definitions or addons, for editors
#[derive(ClapArgs)]
pub struct Args {
    /// Of which files
    #[arg(value_name = "KIND", default_value = "image")]
    kind: Kind,
}

/// What is defined.
#[derive(ValueEnum, Clone, Copy)]
enum Kind {
    /// `images/*.yaml`.
    Image,
    /// `clusters/*.yaml`.
    Cluster,
    /// `addons/*/addon.yaml`.
    Addon,
}

impl Args {
    /// Runs the verb.
    #[allow(clippy::unnecessary_wraps)] // as every verb
    pub fn run(&self, context: &Context) -> Result<()> {
        context.report.data(match self.kind {
            Kind::Image => definition::schema::json(),
            Kind::Cluster => cluster::schema::json(),
            Kind::Addon => addon::schema::json(),
        });
        Ok(())
    }
}
