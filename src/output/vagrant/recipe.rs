//! What a box says about itself.

use super::version::Version;
use crate::architecture::Architecture;
use crate::digest::Sha256;
use crate::error::Fault;
use serde::{Deserialize, Serialize};

/// What a definition says of its boxes, and options of `imgbuild box` may say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Version of the boxes; `None` takes the date of the lock and a number that the image gives.
    pub version: Option<Version>,
    /// URL of the folder that boxes will be downloaded from; `None` lets the catalog name files beside it.
    pub url: Option<String>,
    /// Whether libvirt's box lists its disk in `disks`, the second format, which its plugin calls experimental.
    pub disks: bool,
}

/// Everything that is to be known of an image to make boxes of its disk.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Name of image and box.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Time of everything in the box, in seconds since 1970: that of the lock.
    pub epoch: u64,
    /// Digest of the image as qcow2.
    pub image: Sha256,
    /// What else can be chosen.
    pub settings: Settings,
}

impl Recipe {
    /// The version of the boxes.
    pub fn version(&self) -> Version {
        self.settings.version.clone().unwrap_or_else(|| Version::of_image(self.epoch, &self.image))
    }
}

/// Accepts the URL of a folder of boxes: `https`, `http` or `file`, without anything that is secret or that a file
/// name cannot follow.
pub fn check_url(text: &str) -> Result<(), Fault> {
    let hint = "write the folder that the boxes will be in: `https://boxes.example.org/debian`";
    let problem = match reqwest::Url::parse(text) {
        Err(error) => format!("`{}` is no URL: {error}", text.escape_debug()),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "the URL has credentials in it, and a catalog is public".to_owned()
        }
        Ok(url) if !["http", "https", "file"].contains(&url.scheme()) => {
            format!("`{text}` is neither https nor http nor file")
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            format!("`{text}` goes on behind the folder")
        }
        Ok(_) if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') => {
            format!("`{}` has characters that no URL has", text.escape_debug())
        }
        Ok(_) => return Ok(()),
    };
    Err(Fault::input(problem).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_can_follow_the_url() {
        for good in ["https://example.org/boxes", "http://127.0.0.1:8000/", "file:///srv/boxes"] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in ["", "boxes", "ftp://a/", "https://a/b?c", "https://a/#b", "https://a/ b", "https://"] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
        let secret = check_url("https://user:hunter2@example.org/").unwrap_err();
        assert!(!secret.message.contains("hunter2"));
    }
}
