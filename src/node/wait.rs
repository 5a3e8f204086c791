//! What must be there before anything else: the host's name, its address, containerd.

use super::address;
use super::configuration::NodeConfiguration;
use super::failure::{Failure, Outcome};
use super::host::Host;

const CONTAINERD: &str = "/run/containerd/containerd.sock";

/// The host's name is that of the node; in a pool, any but `localhost`.
pub fn hostname(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let name = host.hostname();
    let unset = name.is_empty() || name == "(none)" || name.starts_with("localhost");
    let wanted = &configuration.name;
    match (unset, wanted.is_empty() || name == *wanted) {
        (false, true) => Ok(None),
        (_, false) => Err(Failure::Again(format!("the host is called `{name}`, not yet `{wanted}`"))),
        (true, true) => Err(Failure::Again(format!("the host is called `{name}`, not yet by its own name"))),
    }
}

/// A network card has the node's address.
pub fn address(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    address::own(host, configuration).map(|_| None)
}

/// containerd listens.
pub fn containerd(host: &impl Host) -> Outcome {
    if host.listens(CONTAINERD) { Ok(None) } else { Err(Failure::again("containerd does not listen yet")) }
}
