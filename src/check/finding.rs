//! What a check has to say.

use crate::error::Fault;
use serde::Serialize;
use std::fmt::Display;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The cluster will not come up, or not as defined.
    Error,
    /// It will, but somebody may regret it.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is the matter; lower case, values in backticks, no final period.
    pub text: String,
    /// What to do about it.
    pub hint: String,
}

impl Finding {
    /// Of [`Severity::Error`].
    pub fn error(text: impl Display, hint: impl Display) -> Self {
        Self::new(Severity::Error, text, hint)
    }

    /// Of [`Severity::Warning`].
    pub fn warning(text: impl Display, hint: impl Display) -> Self {
        Self::new(Severity::Warning, text, hint)
    }

    /// Of [`Severity::Note`].
    pub fn note(text: impl Display, hint: impl Display) -> Self {
        Self::new(Severity::Note, text, hint)
    }

    /// Of [`Severity::Error`]: what rendering would end with.
    pub fn of_fault(fault: Fault) -> Self {
        Self::error(fault.message, fault.hint.unwrap_or_default())
    }

    fn new(severity: Severity, text: impl Display, hint: impl Display) -> Self {
        Self { severity, text: text.to_string(), hint: hint.to_string() }
    }
}
