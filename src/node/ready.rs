//! Whether the cluster counts on this node.

use super::configuration::{NodeConfiguration, Role};
use super::failure::{Failure, Outcome};
use super::host::Host;
use super::kubectl::{self, ADMIN, KUBELET};
use serde_json::Value;

/// The node's condition `Ready` is true.
pub fn node(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let kubeconfig = if configuration.role == Role::Worker { KUBELET } else { ADMIN };
    let node = kubectl::node(host, kubeconfig)?.ok_or(Failure::again("the node is not registered yet"))?;
    let conditions = node["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready");
    match ready {
        Some(ready) if ready["status"] == "True" => Ok(None),
        Some(ready) => Err(Failure::Again(format!("the node is not Ready: {}", message(ready)))),
        None => Err(Failure::again("the node has not said yet whether it is Ready")),
    }
}

fn message(condition: &Value) -> String {
    let message = condition["message"].as_str().unwrap_or_default();
    message.lines().next().unwrap_or_default().chars().take(300).collect()
}
