//! `imgbuild cloud-init`.

use super::cluster::ClusterArgs;
use super::format::Format;
use crate::Result;
use crate::context::Context;
use crate::host::Site;
use crate::render::{self, Budget};
use clap::Args as ClapArgs;

/// Render what each host of a cluster is given at its first boot, into dist/CLUSTER/
///
/// Makes the cluster's secrets if they are not there. The same definition, image and secrets give the same bytes.
#[derive(ClapArgs)]
pub struct Args {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Only this host or pool; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Show what would change, and write nothing; of secrets only that they change
    #[arg(long)]
    diff: bool,
    /// Make new bootstrap tokens first; apply dist/CLUSTER/tokens.yaml to a cluster that runs already
    #[arg(long, conflicts_with = "diff")]
    rotate: bool,
    /// How to print what was rendered
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let cluster = self.cluster.open(self.rotate)?;
        let site = cluster.site()?;
        if self.diff { self.compare(&site, context) } else { self.write(&site, context) }
    }

    fn write(&self, site: &Site, context: &Context) -> Result<()> {
        let (report, text) = (&context.report, self.format == Format::Text);
        let name = &site.scope.cluster.name;
        report.step(format!("rendering cluster `{name}` for Kubernetes {}", site.scope.version()));
        if text {
            report.data(Budget::head());
        }
        render::write(site, self.cluster.dist(), &self.host, |machine, budget| {
            if text {
                report.data(budget.to_text(machine.name()));
            }
        })?;
        let folder = self.cluster.dist().join(name);
        if !text {
            report.data(fs_err::read_to_string(folder.join(render::SUMMARY))? + "\n");
        }
        report.step(format!("rendered into `{}`", folder.display()));
        Ok(())
    }

    fn compare(&self, site: &Site, context: &Context) -> Result<()> {
        let (mut text, mut all) = (String::new(), Vec::new());
        render::compare(site, self.cluster.dist(), &self.host, |diff| {
            text += &diff.to_text();
            all.push(diff);
        })?;
        context.report.data(self.format.print(&all, || text)?);
        Ok(())
    }
}
