//! How data is printed.

use crate::Result;
use clap::ValueEnum;
use serde::Serialize;

/// How data is printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Format {
    /// `value` as JSON, or what `text` makes of it.
    pub fn print(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<String> {
        match self {
            Self::Text => Ok(text()),
            Self::Json => Ok(serde_json::to_string_pretty(value)? + "\n"),
        }
    }
}
