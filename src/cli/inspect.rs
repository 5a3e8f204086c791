//! `imgbuild inspect`.

use super::baked;
use super::boot::image_file;
use super::format::Format;
use super::image;
use crate::Result;
use crate::atomic;
use crate::context::Context;
use crate::inspect;
use crate::inspect::size;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// As many of the largest consumers are shown in the table.
const ROWS: usize = 40;

/// Show what is in an image, from the file alone: nothing is mounted and nothing needs root
#[derive(ClapArgs)]
pub struct Args {
    /// A raw or qcow2 file, or the name of an image in dist/
    #[arg(value_name = "IMAGE", default_value = image::DEFAULT)]
    image: PathBuf,
    /// Where the images' folders of outputs are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Show which packages, artifacts and layers take the space
    #[arg(long)]
    size: bool,
    /// With --size: also draw it as an SVG treemap
    #[arg(long, value_name = "FILE", requires = "size")]
    svg: Option<PathBuf>,
    /// Print the image's bill of materials (SPDX 2.3, JSON), as it was baked with it
    #[arg(long, conflicts_with_all = ["size", "format"])]
    sbom: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        if self.sbom {
            context.report.data(fs_err::read_to_string(baked::sbom(&self.dist, &self.image)?)?);
            return Ok(());
        }
        let path = image_file(&self.dist, &self.image)?;
        let text = if self.size { self.sizes(&path)? } else { self.contents(&path)? };
        context.report.data(text);
        Ok(())
    }

    fn contents(&self, path: &Path) -> Result<String> {
        let inspection = inspect::inspect(path)?;
        self.format.print(&inspection, || inspection.to_text())
    }

    fn sizes(&self, path: &Path) -> Result<String> {
        let usage = size::measure(path)?;
        if let Some(svg) = &self.svg {
            let title = path.file_stem().unwrap_or_default().to_string_lossy();
            atomic::write(svg, usage.to_svg(&title))?;
        }
        self.format.print(&usage, || usage.to_text(ROWS))
    }
}
