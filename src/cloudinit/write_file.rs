//! A file that cloud-init writes.

use serde::{Deserialize, Serialize};

/// A file to write at first boot.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteFile {
    /// Absolute path.
    pub path: String,
    /// Permission bits in octal, such as `0755`.
    pub permissions: String,
    /// What is in it.
    pub content: String,
}

impl WriteFile {
    /// With `content` as it is.
    pub fn plain(path: &str, mode: u32, content: &str) -> Self {
        Self { path: path.to_owned(), permissions: format!("{mode:04o}"), content: content.to_owned() }
    }
}
