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
    /// Compressed by gzip. Of a file in `user-data` that are compressed as a whole: by how much it makes them larger.
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
        let packed = documents.is_packed();
        for (index, file) in documents.files.iter().enumerate() {
            let bytes = file.content.as_bytes();
            let size = if packed {
                Size { raw: bytes.len(), gzip: share(documents, index)? }
            } else {
                Size::of(bytes)?
            };
            budget.files.insert(file.path.clone(), size);
        }
        Ok(budget)
    }

    /// Refuses what `platform` does not take.
    pub fn check(&self, platform: Platform, machine: &str) -> Result<(), Fault> {
        let size = self.documents.get(USER_DATA).map_or(0, |size| size.gzip);
        if platform != Platform::Aws || size <= EC2_LIMIT {
            return Ok(());
        }
        let mut largest: Vec<(&String, &Size)> = self.files.iter().collect();
        largest.sort_by_key(|(_, size)| std::cmp::Reverse(size.gzip));
        let largest: Vec<String> =
            largest.iter().take(3).map(|(path, size)| format!("{path} ({} bytes)", size.gzip)).collect();
        let message =
            format!("user-data of `{machine}` have {size} bytes, compressed, and EC2 takes {EC2_LIMIT}");
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

/// By how much the file number `index` makes the compressed `user-data` larger.
fn share(documents: &Documents, index: usize) -> Result<usize> {
    let mut without = documents.user_data.clone();
    without.write_files.remove(index);
    let whole = documents.delivered.get(USER_DATA).map_or(0, Vec::len);
    Ok(whole.saturating_sub(gzip(without.to_text()?.as_bytes())?.len()))
}
