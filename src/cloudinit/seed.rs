//! The `NoCloud` seed: a small disk labelled `cidata` with three documents (cloud-init's documentation,
//! "Datasources: `NoCloud`").

use super::{MetaData, NetworkConfig, UserData};
use crate::Result;
use crate::atomic;
use crate::output::iso9660;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The label by which cloud-init finds the seed.
const VOLUME: &str = "cidata";

/// Everything that cloud-init is told about a machine.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Who the machine is.
    pub meta_data: MetaData,
    /// What to do at first boot.
    pub user_data: UserData,
    /// How its network cards get addresses.
    pub network: NetworkConfig,
}

impl Seed {
    /// File names and contents of the seed.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let files = [
            ("meta-data", serde_yaml::to_string(&self.meta_data)?),
            ("network-config", serde_yaml::to_string(&self.network)?),
            ("user-data", self.user_data.to_text()?),
        ];
        Ok(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect())
    }

    /// Writes the seed to `path` as an ISO 9660 image.
    pub fn write(&self, path: &Path) -> Result<()> {
        atomic::write_with(path, |file| write(file, &self.files()?))
    }
}

/// Writes the documents `files` as an ISO 9660 image with stable bytes.
pub fn write(out: &mut impl Write, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    iso9660::write(out, VOLUME, files)
}
