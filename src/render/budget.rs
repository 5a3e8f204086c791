//! How large documents are, and EC2's limit.

use super::documents::{Documents, USER_DATA};
use crate::Result;
use crate::cloudinit::gzip;
use crate::cluster::Platform;
use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What EC2 takes as user-data, in bytes before base64 (EC2 user guide, "Run commands when you launch").
pub const EC2_LIMIT: usize = 16_384;

/// A size in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// As it is.
    pub raw: usize,
    /// Compressed by gzip.
    pub gzip: usize,
}

/// What takes how much.
pub struct Budget {
    /// Documents by name.
    pub documents: BTreeMap<String, Size>,
    /// Files in `user-data` by path.
    pub files: BTreeMap<String, Size>,
}

impl Size {
    fn of(bytes: &[u8]) -> Result<Self> {
        Ok(Self { raw: bytes.len(), gzip: gzip(bytes)?.len() })
    }
}

impl Budget {
    /// Of all that a machine is given.
    pub fn of(documents: &Documents) -> Result<Self> {
        let mut budget = Self { documents: BTreeMap::new(), files: BTreeMap::new() };
        for (name, bytes) in &documents.documents {
            budget.documents.insert(name.clone(), Size::of(bytes)?);
        }
        for file in &documents.files {
            budget.files.insert(file.path.clone(), Size::of(file.content.as_bytes())?);
        }
        Ok(budget)
    }

    /// Refuses what `platform` does not take.
    pub fn check(&self, platform: Platform, machine: &str) -> Result<(), Fault> {
        let size = self.documents.get(USER_DATA).map_or(0, |size| size.raw);
        if platform != Platform::Aws || size <= EC2_LIMIT {
            return Ok(());
        }
        let mut largest: Vec<(&String, &Size)> = self.files.iter().collect();
        largest.sort_by_key(|(_, size)| std::cmp::Reverse(size.gzip));
        let largest: Vec<String> =
            largest.iter().take(3).map(|(path, size)| format!("{path} ({} bytes)", size.gzip)).collect();
        let message = format!("user-data of `{machine}` has {size} bytes, and EC2 takes {EC2_LIMIT}");
        Err(Fault::input(message).hint(format!("most is in {}", largest.join(", "))))
    }

    /// A table for people, one line for each document and file.
    pub fn to_text(&self, machine: &str) -> String {
        let line =
            |name: &str, size: &Size| format!("{machine:<12} {:>7} {:>7}  {name}\n", size.raw, size.gzip);
        let documents = self.documents.iter().map(|(name, size)| line(name, size));
        let files = self.files.iter().map(|(path, size)| line(&format!("  {path}"), size));
        documents.chain(files).collect()
    }

    /// The head of that table.
    pub fn head() -> String {
        format!("{:<12} {:>7} {:>7}  DOCUMENT\n", "HOST", "BYTES", "GZIP")
    }
}
