//! `KubeletConfiguration`, which `kubeadm init` gives to all nodes.

use super::Scope;
use super::node::TypeMeta;
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
    /// The definition's own fields and what hosts rely on, which a definition cannot set: the control groups'
    /// driver is that of the baked containerd; serving certificates come from the cluster's CA.
    pub fn of(scope: &Scope) -> Self {
        let mut fields = scope.cluster.extra_arguments.kubelet_configuration.clone();
        fields.insert("cgroupDriver".to_owned(), json!("systemd"));
        fields.insert("serverTLSBootstrap".to_owned(), json!(true));
        Self { kind: TypeMeta::of(API_VERSION, "KubeletConfiguration"), fields }
    }
}
