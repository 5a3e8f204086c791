//! The end of what a child said, for its error message.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Enough for the reason, which most programs say last.
const BYTES: u64 = 2048;

/// At most the last 2 KiB of a child's output; displays as indented lines.
pub struct Tail(String);

impl Tail {
    /// From everything that the child said.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let limit = usize::try_from(BYTES).unwrap_or(usize::MAX);
        let start = bytes.len().saturating_sub(limit);
        Self(String::from_utf8_lossy(&bytes[start..]).trim().to_owned())
    }

    /// From a file that the child wrote to.
    pub fn of_file(file: &mut File) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(length.saturating_sub(BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::of_bytes(&bytes))
    }

    /// Whether `text` is in it.
    pub fn contains(&self, text: &str) -> bool {
        self.0.contains(text)
    }
}

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.lines().try_for_each(|line| write!(f, "\n    {line}"))
    }
}
