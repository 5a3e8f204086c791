//! What a host on EC2 learns after it was switched on: who it is, from the instance metadata service, and what must
//! not be in its user-data, which every process of the instance may read, from Secrets Manager.
//!
//! There is no SDK here and no TLS: curl, which every image has, talks, and [`signature`] signs. What is secret
//! reaches curl by its stdin, never as an argument.

mod credentials;
mod curl;
mod group_secret;
mod instance;
mod metadata;
mod secrets_manager;
mod signature;

pub use group_secret::{GroupSecret, SecretFile};
pub use instance::identify;

use super::configuration::NodeConfiguration;
use super::failure::{Failure, Outcome};
use super::host::Host;
use metadata::Metadata;

/// Fetches the secret of the host's group and puts what is in it for this host in its place. Nothing of it is kept
/// besides these files; those that the host joins with are removed with all others of that kind.
pub fn fetch_secret(host: &impl Host, configuration: &NodeConfiguration, name: &str) -> Outcome {
    let metadata = Metadata::open(host)?;
    let text = secrets_manager::get(host, &metadata, name)?;
    let secret = GroupSecret::decode(&text)
        .map_err(|why| Failure::Again(format!("the secret `{name}` is not what imgbuild made: {why}")))?;
    secret.install(host, &configuration.name)
}

#[cfg(test)]
mod tests;
