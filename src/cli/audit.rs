//! `imgbuild audit`.

use super::baked;
use super::format::Format;
use super::image::DEFAULT;
use crate::Result;
use crate::audit::{self, Audit, Database, Filter};
use crate::context::Context;
use crate::error::{Fault, Kind};
use crate::papers::spdx;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Match what an image consists of against a local database of known vulnerabilities; exits with 9 if there are any
#[derive(ClapArgs)]
pub struct Args {
    /// The name of an image in dist/, its folder, or a bill of materials
    #[arg(value_name = "IMAGE", default_value = DEFAULT)]
    image: PathBuf,
    /// Dump of Debian's security tracker (`data/json`), or a JSON file, zip or folder in OSV's format
    #[arg(long, value_name = "FILE", required = true)]
    db: Vec<PathBuf>,
    /// Only what a newer version mends
    #[arg(long)]
    fixable: bool,
    /// A vulnerability to live with, such as `CVE-2026-1234`; may be given often
    #[arg(long, value_name = "ID")]
    accept: Vec<String>,
    /// Where the images' folders of outputs are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let sbom = spdx::read(&self.sbom()?)?;
        let databases = self.db.iter().map(|path| Database::open(path)).collect::<Result<Vec<_>>>()?;
        let filter = Filter { only_fixable: self.fixable, accepted: self.accept.iter().cloned().collect() };
        let audit = audit::audit(&sbom, &databases, &filter);
        context.report.data(self.format.print(&audit, || audit.to_text())?);
        verdict(&audit)
    }

    fn sbom(&self) -> Result<PathBuf> {
        let is_sbom = self.image.is_file() && self.image.to_string_lossy().ends_with(".spdx.json");
        if is_sbom { Ok(self.image.clone()) } else { baked::sbom(&self.dist, &self.image) }
    }
}

fn verdict(audit: &Audit) -> Result<()> {
    match audit.findings.len() {
        0 => Ok(()),
        count => Err(Fault::new(
            Kind::Vulnerable,
            format!("`{}` has {count} known vulnerabilities", audit.image),
        )
        .hint(
            "`imgbuild lock --update` moves to newer versions; `--fixable` leaves out what no version mends",
        )
        .into()),
    }
}
