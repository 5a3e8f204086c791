//! Bootstrap tokens, whose first part is public and whose second is not.

use super::{Secret, random};
use crate::Result;
use crate::cluster::Role;
use crate::kube::token::{self, ID, SECRET};
use serde::{Deserialize, Serialize};

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
        token::parts(self.token.expose())
    }
}
