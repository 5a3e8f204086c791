//! What users add to what imgbuild tells Kubernetes' programs.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Extra arguments by flag name without dashes: `{v: "2"}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawArguments {
    /// `kube-apiserver`.
    pub api_server: BTreeMap<String, String>,
    /// `kube-controller-manager`.
    pub controller_manager: BTreeMap<String, String>,
    /// `kube-scheduler`.
    pub scheduler: BTreeMap<String, String>,
    /// `etcd`: `{heartbeat-interval: "500", election-timeout: "5000"}` for slow disks.
    pub etcd: BTreeMap<String, String>,
    /// `kubelet` of every host.
    pub kubelet: BTreeMap<String, String>,
    /// Fields of `KubeletConfiguration`, by name: `{maxPods: 200}`.
    pub kubelet_configuration: BTreeMap<String, serde_json::Value>,
}

/// A taint.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawTaint {
    /// Name, perhaps with a prefix: `example.org/dedicated`.
    pub key: Option<String>,
    /// Value; empty if not set.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: Option<String>,
}
