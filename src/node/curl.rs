//! curl, which every image has: how the agent speaks HTTP, so that it need not carry TLS of its own.

use super::host::Command;

/// A request that is given up after `patience` seconds. It takes no proxy: whom the agent asks is on the hosts' own
/// network.
pub fn request(patience: &str) -> Command {
    Command::new(["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", patience])
}
