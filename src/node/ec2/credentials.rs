//! The credentials of the instance's role, which EC2 renews by itself.

use super::metadata::Metadata;
use crate::node::failure::Failure;
use crate::node::host::Host;
use serde::Deserialize;

const PATH: &str = "iam/security-credentials/";

/// Short-lived credentials. It has no `Debug`: nothing of it may reach a log.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    /// Names the key.
    pub access_key_id: String,
    /// Signs.
    pub secret_access_key: String,
    /// Goes along with every request.
    pub token: String,
}

impl Credentials {
    /// Those of the instance's role.
    pub fn of_role(metadata: &Metadata<impl Host>) -> Result<Self, Failure> {
        let roles = metadata.get(PATH)?;
        let role = roles.lines().next().unwrap_or_default();
        let text = metadata.get(&format!("{PATH}{role}"))?;
        // the parser's own words would show what it cannot read
        serde_json::from_str(&text)
            .map_err(|_| Failure::again("this instance has no credentials of a role yet"))
    }
}
