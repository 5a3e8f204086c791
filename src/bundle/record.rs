//! What a bundle says of itself.

use super::RECORD;
use crate::Result;
use crate::atomic;
use crate::digest::Sha256;
use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// 1.
    pub schema: u32,
    /// Images by name, with the digests of their locks.
    pub images: BTreeMap<String, Sha256>,
    /// Files by path.
    pub files: BTreeMap<String, Sha256>,
}

impl Record {
    /// The record in `folder`; an empty one if there is none.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(RECORD);
        match fs_err::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                Fault::input(format!("`{}` is no record of a bundle: {error}", path.display()))
                    .hint("remove it and run this again; files that are there are verified and kept")
                    .into()
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { schema: 1, images: BTreeMap::new(), files: BTreeMap::new() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes it to `folder`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        atomic::write(&folder.join(RECORD), text)
    }
}
