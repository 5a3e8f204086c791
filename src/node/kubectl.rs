//! kubectl with the credentials of this host.

use super::failure::Failure;
use super::host::{Command, Host};
use serde_json::Value;

/// Credentials of an administrator, on control planes.
pub const ADMIN: &str = "/etc/kubernetes/admin.conf";
/// Credentials of the node.
pub const KUBELET: &str = "/etc/kubernetes/kubelet.conf";
/// The longest that one request may take.
const REQUEST_TIMEOUT: &str = "--request-timeout=30s";

/// kubectl with the credentials of `kubeconfig`, to be completed.
pub fn command(host: &impl Host, kubeconfig: &str) -> Command {
    let kubeconfig = host.path(kubeconfig);
    Command::new(["kubectl", "--kubeconfig", &kubeconfig.to_string_lossy(), REQUEST_TIMEOUT])
}

/// The node of this host; `None` if there is none.
pub fn node(host: &impl Host, kubeconfig: &str) -> Result<Option<Value>, Failure> {
    let name = host.hostname();
    let command =
        command(host, kubeconfig).args(["get", "node", &name, "--ignore-not-found", "--output=json"]);
    let told = host.run(&command)?.expect("kubectl get node")?;
    if told.stdout.is_empty() {
        return Ok(None);
    }
    json(&told.stdout).map(Some)
}

/// Parses what kubectl printed.
pub fn json(bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| Failure::again(format!("kubectl made no sense: {error}")))
}
