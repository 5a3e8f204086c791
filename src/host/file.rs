//! A file of a host.

/// What is in a file, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Anyone may see it.
    Public,
    /// All but the values of secret fields may be seen.
    Fields,
    /// Nothing of it may be seen.
    Secret,
}

/// A file that cloud-init writes.
#[derive(Clone)]
pub struct File {
    /// Absolute path.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// What is in it.
    pub content: String,
    /// What of it may be shown.
    pub secrecy: Secrecy,
}

impl File {
    /// That anyone on the host may read.
    pub fn public(path: impl Into<String>, content: impl Into<String>) -> Self {
        Self { path: path.into(), mode: 0o644, content: content.into(), secrecy: Secrecy::Public }
    }

    /// That root alone may read.
    pub fn secret(path: impl Into<String>, content: impl Into<String>, secrecy: Secrecy) -> Self {
        Self { path: path.into(), mode: 0o600, content: content.into(), secrecy }
    }

    /// With other permission bits.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }
}
