//! `nodeRegistration`, `localAPIEndpoint` and what else documents share.

use super::arguments::Arguments;
use super::{Member, Scope};
use crate::cluster::{Provider, Role, Taint};
use crate::error::Fault;
use crate::kube::quirks;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The port of the API server where the endpoint is not on the same machine.
const API_PORT: u16 = 6443;

/// `apiVersion` and `kind`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeMeta {
    api_version: &'static str,
    kind: &'static str,
}

impl TypeMeta {
    /// A document of kubeadm itself.
    pub fn kubeadm(scope: &Scope, kind: &'static str) -> Self {
        Self { api_version: quirks::kubeadm_api_version(scope.version()), kind }
    }

    /// A document of a component.
    pub fn of(api_version: &'static str, kind: &'static str) -> Self {
        Self { api_version, kind }
    }
}

/// `nodeRegistration`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRegistration {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(rename = "criSocket")]
    cri_socket: String,
    /// Absent leaves kubeadm's own, empty means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    taints: Option<Vec<TaintField>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kubelet_extra_args: Option<Arguments>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_pull_policy: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct TaintField {
    key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    value: String,
    effect: String,
}

impl NodeRegistration {
    /// What `member` registers with; an argument that its kubelet does not know is refused.
    pub fn of(scope: &Scope, member: Member) -> Result<Self, Fault> {
        let arguments = kubelet_arguments(scope, member)?;
        let pull_policy = quirks::kubeadm_has_image_pull_policy(scope.version());
        Ok(Self {
            name: name(member),
            cri_socket: quirks::cri_socket(scope.version()),
            taints: taints(scope, member),
            kubelet_extra_args: Arguments::of(scope.version(), arguments),
            image_pull_policy: pull_policy.then_some("IfNotPresent"),
        })
    }
}

/// A member of a pool takes its host name.
fn name(member: Member) -> Option<String> {
    match member {
        Member::Host(host) => Some(host.name.clone()),
        Member::Pool(_) => None,
    }
}

/// The definition's taints are those of control planes; workers have none.
fn taints(scope: &Scope, member: Member) -> Option<Vec<TaintField>> {
    let Member::Host(host) = member else { return None };
    let taints = scope.cluster.taints.as_ref().filter(|_| host.role == Role::ControlPlane)?;
    let field = |taint: &Taint| TaintField {
        key: taint.key.clone(),
        value: taint.value.clone(),
        effect: taint.effect.clone(),
    };
    Some(taints.iter().map(field).collect())
}

/// Those of the cluster, overridden by the member's own, and what it cannot choose: its address and labels.
fn kubelet_arguments(scope: &Scope, member: Member) -> Result<BTreeMap<String, String>, Fault> {
    let (own, labels) = match member {
        Member::Host(host) => (&host.kubelet_arguments, &host.labels),
        Member::Pool(pool) => (&pool.kubelet_arguments, &pool.labels),
    };
    let mut all = scope.cluster.extra_arguments.kubelet.clone();
    all.extend(own.clone());
    if let Member::Host(host) = member {
        all.insert("node-ip".to_owned(), host.address.to_string());
    }
    if !labels.is_empty() {
        let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        all.insert("node-labels".to_owned(), pairs.join(","));
    }
    check_kubelet_arguments(scope, &all)?;
    Ok(all)
}

fn check_kubelet_arguments(scope: &Scope, arguments: &BTreeMap<String, String>) -> Result<(), Fault> {
    const FLAG: &str = "pod-infra-container-image";
    if arguments.contains_key(FLAG) && !quirks::kubelet_has_pod_infra_flag(scope.version()) {
        let message = format!("kubelet {} does not start with the argument `{FLAG}`", scope.version());
        return Err(
            Fault::input(message).hint("remove it: containerd's configuration names the sandbox image")
        );
    }
    Ok(())
}

/// Where the API server of a control plane listens.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiEndpoint {
    advertise_address: Ipv4Addr,
    bind_port: u16,
}

impl ApiEndpoint {
    /// On the machine with `address`.
    pub fn of(scope: &Scope, address: Ipv4Addr) -> Self {
        Self { advertise_address: address, bind_port: bind_port(scope) }
    }
}

/// The port on which API servers listen: that of the endpoint where it is an address of the same machines.
pub fn bind_port(scope: &Scope) -> u16 {
    match scope.cluster.endpoint.provider {
        Provider::KubeVip | Provider::Keepalived => scope.cluster.endpoint.port,
        Provider::Nlb | Provider::External => API_PORT,
    }
}
