//! `imgbuild check`.

use super::definition_file;
use super::format::Format;
use super::image_record::ImageRecordArgs;
use crate::Result;
use crate::check::{self, Findings, Severity, Subject};
use crate::cluster::{self, Cluster};
use crate::context::Context;
use crate::environment;
use crate::error::Fault;
use crate::secrets::{self, Secrets};
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Say what would go wrong with a cluster, before a machine boots
///
/// Exits with 3 if there are errors; warnings and notes are no errors.
#[derive(ClapArgs)]
pub struct Args {
    /// Cluster definition: a file, or the name of one in clusters/
    #[arg(value_name = "CLUSTER")]
    cluster: PathBuf,
    /// The cluster's secrets [default: secrets/CLUSTER.yaml, if it is there]
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    #[command(flatten)]
    image: ImageRecordArgs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let cluster = cluster::load(&definition_file::CLUSTER.find(&self.cluster)?)?;
        let findings = self.judge(&cluster)?;
        context.report.data(self.format.print(&findings, || findings.to_text())?);
        match findings.count(Severity::Error) {
            0 => Ok(()),
            _ => Err(Fault::input(format!("cluster `{}` has errors", cluster.name))
                .hint("each has its own hint above")
                .into()),
        }
    }

    fn judge(&self, cluster: &Cluster) -> Result<Findings> {
        let image = self.image.load(&cluster.image)?;
        let secrets = kept(self.secrets.as_deref(), cluster)?;
        check::all(&Subject {
            cluster,
            image: &image,
            packages: self.image.packages(&cluster.image)?,
            secrets: secrets.as_ref(),
            now: environment::wall_clock(),
        })
    }
}

/// The secrets, unless none are made yet.
fn kept(named: Option<&Path>, cluster: &Cluster) -> Result<Option<Secrets>> {
    let path = named.map_or_else(|| secrets::default_path(cluster), Path::to_owned);
    let wanted = named.is_some() || path.exists();
    wanted.then(|| secrets::load(&path, &cluster.name)).transpose()
}
