//! What an image says about itself, typed.

use super::{Image, inspection};
use crate::Result;
use crate::bake::ImageRecord;
use crate::error::Fault;
use std::path::Path;

/// The record of the raw or qcow2 image at `path`.
pub fn image_record(path: &Path) -> Result<ImageRecord> {
    let value = inspection::image_json(&Image::open(path)?.root()?)?;
    serde_json::from_value(value).map_err(|error| {
        Fault::input(format!("image `{}` does not say what it is: {error}", path.display()))
            .hint("bake it with this imgbuild")
            .into()
    })
}
