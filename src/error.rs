//! Failures that a user can act on: a kind (which decides the exit code), a message, one hint.
//!
//! Everything travels as [`anyhow::Error`]; a [`Fault`] anywhere in the chain says what kind of failure it
//! is and what to do about it.

use std::fmt::Display;
use std::io::{self, ErrorKind};

/// The result type of the whole crate.
pub type Result<T, E = anyhow::Error> = std::result::Result<T, E>;

/// What to do about a disk that is full.
pub const FULL_DISK_HINT: &str = "free some space, or point --cache-dir and --dist at a larger disk";

/// What sort of failure this is; the documented exit codes hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line does not make sense.
    Usage,
    /// A file that the user gave (definition, lock, archive, image) is not acceptable.
    Input,
    /// A lock is missing or does not belong to the definition.
    Stale,
    /// Bytes do not have the digest or signature that they must have.
    Mismatch,
    /// A program that imgbuild needs on this machine is not installed.
    MissingTool,
    /// Something cannot be had: network, mirror, or refused by `--offline`.
    Unavailable,
    /// A child process (a build script, a guest) failed.
    Child,
    /// An audit found known vulnerabilities.
    Vulnerable,
}

impl Kind {
    /// The process exit code; `docs/exit-codes.md` lists them for users.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Usage => 2,
            Kind::Input => 3,
            Kind::Stale => 4,
            Kind::Mismatch => 5,
            Kind::MissingTool => 6,
            Kind::Unavailable => 7,
            Kind::Child => 8,
            Kind::Vulnerable => 9,
        }
    }
}

/// A failure with a kind, a message and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Decides the exit code.
    pub kind: Kind,
    /// Lower case, values in backticks, no final period.
    pub message: String,
    /// What to do; printed as `hint: …`.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: Kind, message: impl Display) -> Self {
        Self { kind, message: message.to_string(), hint: None }
    }

    /// [`Kind::Usage`].
    pub fn usage(message: impl Display) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// [`Kind::Input`].
    pub fn input(message: impl Display) -> Self {
        Self::new(Kind::Input, message)
    }

    /// [`Kind::Stale`].
    pub fn stale(message: impl Display) -> Self {
        Self::new(Kind::Stale, message)
    }

    /// [`Kind::Mismatch`].
    pub fn mismatch(message: impl Display) -> Self {
        Self::new(Kind::Mismatch, message)
    }

    /// [`Kind::Unavailable`].
    pub fn unavailable(message: impl Display) -> Self {
        Self::new(Kind::Unavailable, message)
    }

    /// [`Kind::Child`].
    pub fn child(message: impl Display) -> Self {
        Self::new(Kind::Child, message)
    }

    /// Adds the one line that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }
}

/// The first [`Fault`] in the chain of `error`, if any.
pub fn fault(error: &anyhow::Error) -> Option<&Fault> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// Whether `error` is a [`Fault`] of that kind.
pub fn is(error: &anyhow::Error, kind: Kind) -> bool {
    fault(error).is_some_and(|fault| fault.kind == kind)
}

/// Whether `error` comes of a disk that is full.
pub fn is_full(error: &anyhow::Error) -> bool {
    refusals(error).any(|kind| kind == ErrorKind::StorageFull)
}

/// Whether `error` comes of a file whose bytes are not what it should hold, such as text that is not UTF-8.
pub fn is_damaged(error: &anyhow::Error) -> bool {
    refusals(error).any(|kind| kind == ErrorKind::InvalidData)
}

/// What the operating system, or who reads its files, has against it, the outermost first.
fn refusals(error: &anyhow::Error) -> impl Iterator<Item = ErrorKind> {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// The exit code for `error`: that of its [`Fault`], else 1.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    fault(error).map_or(1, |fault| fault.kind.exit_code())
}

/// The hint for `error`: that of its [`Fault`], or one for what the operating system refused.
pub fn hint(error: &anyhow::Error) -> Option<String> {
    let own = fault(error).and_then(|fault| fault.hint.clone());
    own.or_else(|| refusals(error).find_map(hint_of).map(str::to_owned))
}

/// What to do when the operating system refuses a file or folder so.
fn hint_of(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull => Some(FULL_DISK_HINT),
        ErrorKind::NotFound => Some("check the path: nothing is there"),
        ErrorKind::PermissionDenied => Some("check the owner and the mode of the file and of its folder"),
        ErrorKind::ReadOnlyFilesystem => Some("choose a folder that can be written to"),
        ErrorKind::IsADirectory => Some("name a file: this is a folder"),
        ErrorKind::NotADirectory => Some("check the path: a part of it is no folder"),
        ErrorKind::AlreadyExists => Some("move away what is there, or choose another folder"),
        ErrorKind::InvalidData => Some("check what the file is: it is damaged, or no text in UTF-8"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_fault_is_found_below_contexts() {
        let error = Err::<(), _>(Fault::stale("no lock").hint("run `imgbuild lock`"))
            .context("baking `x`")
            .unwrap_err();
        assert_eq!(exit_code(&error), 4);
        assert!(is(&error, Kind::Stale) && !is(&error, Kind::Child));
        assert_eq!(hint(&error).as_deref(), Some("run `imgbuild lock`"));
    }

    #[test]
    fn a_full_disk_gets_a_hint() {
        let io = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = anyhow::Error::from(io).context("writing `disk.raw`");
        assert!(hint(&error).unwrap().contains("free some space"));
        assert_eq!(exit_code(&error), 1);
        assert!(is_full(&error) && !is(&error, Kind::Input));
        assert!(!is_full(&std::io::Error::from(std::io::ErrorKind::NotFound).into()));
    }

    #[test]
    fn what_the_system_refuses_gets_a_hint() {
        for (kind, expected) in [
            (ErrorKind::NotFound, "nothing is there"),
            (ErrorKind::PermissionDenied, "owner"),
            (ErrorKind::IsADirectory, "name a file"),
            (ErrorKind::InvalidData, "UTF-8"),
        ] {
            let error = anyhow::Error::from(io::Error::from(kind)).context("reading `x`");
            assert!(hint(&error).unwrap().contains(expected), "{kind}");
            assert_eq!(exit_code(&error), 1);
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_damaged() {
        let no_text = io::Error::new(ErrorKind::InvalidData, "stream did not contain valid UTF-8");
        assert!(is_damaged(&anyhow::Error::from(no_text).context("reading a definition")));
        assert!(!is_damaged(&io::Error::from(ErrorKind::NotFound).into()));
    }
}
