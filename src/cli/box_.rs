//! `imgbuild box`.

use super::format::Format;
use super::outputs;
use crate::Result;
use crate::bake::{self, Request};
use crate::context::Context;
use crate::error::Fault;
use crate::output::vagrant::{Provider, catalog_file, check_url};
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Pack a baked image as Vagrant boxes, with the catalog that names them; nothing is baked
#[derive(ClapArgs)]
pub struct Args {
    /// Name of an image in dist/ whose definition extends vagrant.yaml
    #[arg(value_name = "IMAGE", default_value = "debian-12-archive-vagrant")]
    image: PathBuf,
    /// Where the images' folders of outputs are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Whom a box is for; may be given several times [default: all that can run the image]
    #[arg(long, value_name = "PROVIDER")]
    provider: Vec<Provider>,
    /// Version of the boxes, such as 1.4.0 [default: as the definition says, or made of the image]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Folder that the boxes will be downloaded from, for the catalog [default: beside it]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Use libvirt's second box format, which its plugin calls experimental
    #[arg(long)]
    disks: bool,
    /// Where boxes and catalog go [default: the image's folder]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// How to print the list of boxes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let image = self.dist.join(&self.image);
        let to = self.to.as_ref().unwrap_or(&image);
        let boxes = bake::repack(context, &image, &self.request()?, to)?;
        let catalog = catalog_file(&image.file_name().unwrap_or_default().to_string_lossy());
        let provider = self.provider.first().unwrap_or(&Provider::Libvirt);
        let add = format!("vagrant box add --provider {provider} {catalog}");
        context.report.step(format!("in `{}`: `{add}`", to.display()));
        context.report.data(outputs::list(&boxes, to, self.format)?);
        Ok(())
    }

    fn request(&self) -> Result<Request, Fault> {
        if let Some(url) = &self.url {
            check_url(url)?;
        }
        Ok(Request {
            providers: self.provider.clone(),
            version: self.version.as_deref().map(str::parse).transpose()?,
            url: self.url.clone(),
            disks: self.disks,
        })
    }
}
