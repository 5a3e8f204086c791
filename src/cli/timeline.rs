//! `imgbuild timeline`.

use super::format::Format;
use crate::boot::cluster::last_status;
use crate::context::Context;
use crate::error::Fault;
use crate::node::status::Status;
use crate::timeline::Timeline;
use crate::{Result, atomic};
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Show what hosts did in their first boot, from their status files
///
/// Below the steps it says for each host how many seconds went into kubeadm, baked images, addons, waiting, and the
/// agent's own work, and how much that work is beside kubeadm's.
#[derive(ClapArgs)]
pub struct Args {
    /// `/var/lib/imgbuild/status.json` of each host, or a `.status.jsonl` file that `imgbuild boot` left
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Also draw it: an SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Title of the picture
    #[arg(long, value_name = "TEXT", default_value = "the cluster")]
    title: String,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let statuses: Vec<Status> = self.files.iter().map(|file| read(file)).collect::<Result<_>>()?;
        let timeline = Timeline::of(&statuses);
        if let Some(path) = &self.svg {
            atomic::write(path, timeline.to_svg(&self.title))?;
        }
        context.report.data(self.format.print(&timeline, || timeline.to_text())?);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Status> {
    let text = fs_err::read_to_string(path)?;
    let whole = serde_json::from_str(&text).ok();
    whole.or_else(|| last_status(&text)).ok_or_else(|| {
        Fault::input(format!("`{}` is no status of a host", path.display()))
            .hint("collect `/var/lib/imgbuild/status.json` from each host")
            .into()
    })
}
