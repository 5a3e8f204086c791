//! The instance metadata service, version 2: every request carries a token that only a `PUT` gives (EC2 user guide,
//! "Use the Instance Metadata Service to access instance metadata").

use super::curl::Request;
use crate::node::failure::Failure;
use crate::node::host::Host;

const BASE: &str = "http://169.254.169.254/latest";
/// How long the token lives, in seconds: as long as one step takes.
const LIFETIME: &str = "60";

/// The service, with a token for it.
pub struct Metadata<'a, H> {
    host: &'a H,
    token: String,
}

impl<'a, H: Host> Metadata<'a, H> {
    /// Asks for a token.
    pub fn open(host: &'a H) -> Result<Self, Failure> {
        let request = Request::new("PUT", &format!("{BASE}/api/token"));
        let request = request.header("X-aws-ec2-metadata-token-ttl-seconds", LIFETIME);
        let token = request.send(host)?.expect("the instance metadata service")?.text();
        Ok(Self { host, token })
    }

    /// The value at `path` below `meta-data`.
    pub fn get(&self, path: &str) -> Result<String, Failure> {
        let request = Request::new("GET", &format!("{BASE}/meta-data/{path}"));
        let told = request.header("X-aws-ec2-metadata-token", &self.token).send(self.host)?;
        Ok(told.expect(&format!("the instance metadata service: `{path}`"))?.text().trim().to_owned())
    }
}
