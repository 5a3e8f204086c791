//! What becomes of addons once they run.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Ingress controller: its class becomes the default one and its service gets these node ports.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawIngress {
    /// The class that becomes the default one; `nginx` if not set.
    pub class: Option<String>,
    /// Namespace of the controller's service; `ingress-nginx` if not set.
    pub namespace: Option<String>,
    /// The controller's service; `ingress-nginx-controller` if not set.
    pub service: Option<String>,
    /// Port name to node port; `{http: 80, https: 443}` if not set and the range of node ports has both.
    pub node_ports: Option<BTreeMap<String, u16>>,
}
