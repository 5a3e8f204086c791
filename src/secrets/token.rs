//! Bootstrap tokens: `[a-z0-9]{6}.[a-z0-9]{16}`, the first part public, the second not.

use super::{Secret, random};
use crate::Result;
use crate::cluster::Role;
use serde::{Deserialize, Serialize};

const ID: usize = 6;
const SECRET: usize = 16;

/// What hosts of a role show when they join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Whose it is.
    pub role: Role,
    /// The token.
    pub token: Secret,
    /// When it was made, in seconds since 1970.
    pub made: u64,
}

impl Token {
    /// A new one for hosts of `role`, made at `now`.
    pub fn make(role: Role, now: u64) -> Result<Self> {
        let token = Secret::new(format!("{}.{}", random::lower(ID)?, random::lower(SECRET)?));
        Ok(Self { role, token, made: now })
    }

    /// Public and secret part; `None` if it is no token.
    pub fn parts(&self) -> Option<(&str, &str)> {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let (id, secret) = self.token.expose().split_once('.')?;
        let valid = id.len() == ID && secret.len() == SECRET && plain(id) && plain(secret);
        valid.then_some((id, secret))
    }
}
