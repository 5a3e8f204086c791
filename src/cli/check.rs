//! `imgbuild check`.

use super::definition_file;
use super::format::Format;
use super::image_record::ImageRecordArgs;
use crate::Result;
use crate::check::{self, Findings, Severity, Subject};
use crate::cluster::{self, Cluster};
use crate::context::Context;
use crate::definition;
use crate::environment;
use crate::error::Fault;
use crate::lock::Locked;
use crate::secrets::{self, Secrets};
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Say what would go wrong with a cluster, before a machine boots
///
/// Exits with 3 if there are errors; warnings and notes are no errors.
#[derive(ClapArgs)]
pub struct Args {
    /// Cluster definition: a file, or the name of one in clusters/
    #[arg(value_name = "CLUSTER", required_unless_present = "locked")]
    cluster: Option<PathBuf>,
    /// Instead of a cluster, judge the lock of an image definition: whether anything would be pulled
    #[arg(long, value_name = "IMAGE", conflicts_with_all = ["cluster", "secrets"])]
    locked: Option<PathBuf>,
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
        let (name, findings) = self.findings(context)?;
        context.report.data(self.format.print(&findings, || findings.to_text())?);
        match findings.count(Severity::Error) {
            0 => Ok(()),
            _ => Err(Fault::input(format!("`{name}` has errors")).hint("each has its own hint above").into()),
        }
    }

    fn findings(&self, context: &Context) -> Result<(String, Findings)> {
        match (&self.locked, &self.cluster) {
            (Some(image), _) => {
                let path = definition_file::IMAGE.find(image)?;
                let locked = Locked::open(definition::load(&path)?, &path)?;
                Ok((locked.definition().name.clone(), check::image(context, &locked)?))
            }
            (None, Some(cluster)) => {
                let cluster = cluster::load(&definition_file::CLUSTER.find(cluster)?)?;
                let findings = self.judge(&cluster)?;
                Ok((cluster.name, findings))
            }
            (None, None) => Err(Fault::usage("there is nothing to check").hint("name a cluster").into()),
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
