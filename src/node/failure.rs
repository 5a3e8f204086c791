//! What becomes of a step that did not succeed.

/// Why a step did not succeed, in one line without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It is tried again after a while, for ever.
    Again(String),
    /// Trying again cannot mend it: a person must.
    Never(String),
}

/// What a step ends with: perhaps a note that people should read.
pub type Outcome = Result<Option<String>, Failure>;

impl Failure {
    /// To be tried again.
    pub fn again(why: impl std::fmt::Display) -> Self {
        Self::Again(why.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Again(format!("{error:#}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Again(error.to_string())
    }
}
