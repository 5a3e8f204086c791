//! `KubeletConfiguration`, which `kubeadm init` gives to all nodes.

use super::Scope;
use super::node::TypeMeta;
use crate::error::Fault;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const API_VERSION: &str = "kubelet.config.k8s.io/v1beta1";

/// The document.
#[derive(Debug, Serialize)]
pub struct KubeletConfiguration {
    #[serde(flatten)]
    kind: TypeMeta,
    #[serde(flatten)]
    fields: BTreeMap<String, Value>,
}

impl KubeletConfiguration {
    /// The definition's own fields and what hosts rely on. Refuses a field that contradicts it.
    pub fn of(scope: &Scope) -> Result<Self, Fault> {
        let mut fields = scope.cluster.extra_arguments.kubelet_configuration.clone();
        for (name, value) in required() {
            let own = fields.insert(name.to_owned(), value.clone());
            if own.is_some_and(|own| own != value) {
                let message = format!("kubelet's `{name}` can only be `{value}`");
                return Err(Fault::input(message).hint("remove it from the definition"));
            }
        }
        Ok(Self { kind: TypeMeta::of(API_VERSION, "KubeletConfiguration"), fields })
    }
}

/// The control groups' driver is that of the baked containerd; serving certificates come from the cluster's CA,
/// approved by the agent.
fn required() -> [(&'static str, Value); 2] {
    [("cgroupDriver", json!("systemd")), ("serverTLSBootstrap", json!(true))]
}
