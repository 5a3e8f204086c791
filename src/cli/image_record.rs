//! Where a verb learns what an image is.

use super::boot::image_file;
use crate::Result;
use crate::bake::ImageRecord;
use crate::error::Fault;
use crate::inspect;
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The image of a cluster.
#[derive(Args)]
pub struct ImageRecordArgs {
    /// Where the folders of images and clusters are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
    /// What the image is, as `/etc/imgbuild/image.json` in it says [default: read from the image in dist/]
    #[arg(long, value_name = "FILE")]
    image_record: Option<PathBuf>,
}

impl ImageRecordArgs {
    /// The record of the image called `image`.
    pub fn load(&self, image: &str) -> Result<ImageRecord> {
        match &self.image_record {
            Some(path) => read(path),
            None => inspect::image_record(&image_file(&self.dist, Path::new(image))?),
        }
    }

    /// The record of the image in the file at `path`.
    #[cfg(feature = "aws")]
    pub fn load_of(&self, path: &Path) -> Result<ImageRecord> {
        match &self.image_record {
            Some(record) => read(record),
            None => inspect::image_record(path),
        }
    }

    /// The Debian packages in the image called `image`; `None` if there is only a record of it.
    pub fn packages(&self, image: &str) -> Result<Option<BTreeSet<String>>> {
        if self.image_record.is_some() {
            return Ok(None);
        }
        let inspection = inspect::inspect(&image_file(&self.dist, Path::new(image))?)?;
        Ok(Some(inspection.packages.into_iter().map(|package| package.name).collect()))
    }
}

fn read(path: &Path) -> Result<ImageRecord> {
    let text = fs_err::read_to_string(path)?;
    serde_json::from_str(&text).map_err(|error| {
        Fault::input(format!("`{}`: {error}", path.display()))
            .hint("give the `image.json` of an image that this imgbuild baked")
            .into()
    })
}
