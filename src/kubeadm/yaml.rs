//! Several documents in one file.

use crate::Result;
use serde::Serialize;

/// Documents one after the other, each begun by `---`.
#[derive(Default)]
pub struct Documents(String);

impl Documents {
    /// With one more document.
    pub fn with(mut self, document: &impl Serialize) -> Result<Self> {
        self.0.push_str("---\n");
        self.0.push_str(&serde_yaml::to_string(document)?);
        if !self.0.ends_with('\n') {
            self.0.push('\n');
        }
        Ok(self)
    }

    /// The file.
    pub fn finish(self) -> String {
        self.0
    }
}
