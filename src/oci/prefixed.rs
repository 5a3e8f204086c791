//! Digests as OCI documents write them, `sha256:` and hex digits; [`Sha256`] itself serialises without prefix.

use crate::digest::Sha256;
use crate::error::Fault;
use serde::{Deserialize, Serialize};

/// A digest that reads and writes as `sha256:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefixed(pub Sha256);

impl TryFrom<String> for Prefixed {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        if !text.starts_with("sha256:") {
            return Err(Fault::input(format!("`{}` is no sha256 digest", text.escape_debug())));
        }
        text.parse().map(Self)
    }
}

impl From<Prefixed> for String {
    fn from(digest: Prefixed) -> Self {
        digest.0.prefixed()
    }
}
