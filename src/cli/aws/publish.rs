//! `imgbuild aws publish`.

use super::{ConnectionArgs, wait};
use crate::Result;
use crate::aws::parent::Choice;
use crate::aws::publish::{self, Request, Summary};
use crate::aws::source::Source;
use crate::cli::format::Format;
use crate::cli::image_record::ImageRecordArgs;
use crate::context::Context;
use crate::error::Fault;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

/// Upload a raw image by the EBS direct APIs and register it as an AMI
///
/// Prints region and AMI. An upload that was interrupted goes on where it stopped; an image that is published already
/// is found, not uploaded again.
#[derive(ClapArgs)]
pub struct Args {
    /// A raw image, or the name of an image in dist/
    #[arg(value_name = "IMAGE")]
    image: PathBuf,
    #[command(flatten)]
    record: ImageRecordArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Print what would be uploaded, from the file alone
    #[arg(long)]
    plan: bool,
    /// Name of the AMI [default: IMAGE-DIGEST]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Send only what differs from this snapshot; `auto` is the newest of an image with this name
    #[arg(long, value_name = "auto|none|SNAPSHOT", default_value = "none")]
    parent: Choice,
    /// Give instances a virtual TPM
    #[arg(long)]
    tpm: bool,
    /// Copy it to this region as well; may be given several times
    #[arg(long, value_name = "REGION")]
    copy_to: Vec<String>,
    /// Let this account use it, but none of its copies; may be given several times
    #[arg(long, value_name = "ACCOUNT", value_parser = publish::account)]
    share: Vec<String>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        let path = self.raw_image()?;
        let record = self.record.load_of(&path)?;
        context.report.step(format!("reading `{}`", path.display()));
        let source = Source::open(&path, record, self.name.as_deref())?;
        if self.plan {
            let summary = Summary::of(&source);
            context.report.data(self.format.print(&summary, || summary.to_text())?);
            return Ok(());
        }
        let published = wait(async {
            let connection = self.connection.open(context).await?;
            publish::publish(&connection, context, &source, &self.request()).await
        })?;
        context.report.data(self.format.print(&published, || published.to_text())?);
        Ok(())
    }

    fn request(&self) -> Request {
        Request {
            parent: self.parent.clone(),
            tpm: self.tpm,
            copy_to: self.copy_to.clone(),
            share: self.share.clone(),
            place: self.connection.endpoint_url.clone().unwrap_or_default(),
        }
    }

    fn raw_image(&self) -> Result<PathBuf> {
        let name = self.image.display();
        let baked = self.record.dist.join(&self.image).join(format!("{name}.raw"));
        let found = [self.image.clone(), baked].into_iter().find(|path: &PathBuf| Path::is_file(path));
        found.ok_or_else(|| {
            Fault::usage(format!("there is no raw image `{name}`"))
                .hint("bake it first, with `raw` among the `outputs` of its definition")
                .into()
        })
    }
}
