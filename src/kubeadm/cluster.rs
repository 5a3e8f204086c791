//! `ClusterConfiguration`.

use super::Scope;
use super::arguments::Arguments;
use super::baked::{self, Baked};
use super::node::TypeMeta;
use super::timeouts::{CONTROL_PLANE, go_duration};
use crate::cluster::PodNetworking;
use crate::kube::quirks;
use serde::Serialize;
use std::collections::BTreeMap;

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterConfiguration {
    #[serde(flatten)]
    kind: TypeMeta,
    cluster_name: String,
    kubernetes_version: String,
    control_plane_endpoint: String,
    image_repository: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feature_gates: Option<BTreeMap<&'static str, bool>>,
    networking: Networking,
    api_server: ApiServer,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_manager: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduler: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etcd: Option<Etcd>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dns: Option<Dns>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<Proxy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Networking {
    pod_subnet: String,
    service_subnet: String,
    dns_domain: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiServer {
    extra_args: Option<Arguments>,
    #[serde(rename = "certSANs")]
    cert_sans: [&'static str; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_for_control_plane: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    extra_args: Arguments,
}

#[derive(Debug, Serialize)]
struct Etcd {
    local: LocalEtcd,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LocalEtcd {
    #[serde(skip_serializing_if = "Option::is_none")]
    image_tag: Option<String>,
    /// Not optional in kubeadm's type; this is its default.
    data_dir: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_args: Option<Arguments>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dns {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_repository: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_tag: Option<String>,
}

#[derive(Debug, Serialize)]
struct Proxy {
    disabled: bool,
}

impl ClusterConfiguration {
    /// What all control planes share.
    pub fn of(scope: &Scope) -> Self {
        let (cluster, version) = (scope.cluster, scope.version());
        let algorithm = quirks::kubeadm_has_encryption_algorithm(version);
        let arguments = &cluster.extra_arguments;
        Self {
            kind: TypeMeta::kubeadm(scope, "ClusterConfiguration"),
            cluster_name: cluster.name.clone(),
            kubernetes_version: format!("v{version}"),
            control_plane_endpoint: scope.endpoint(),
            image_repository: scope.kubernetes.image_repository.clone(),
            // An elliptic key takes a thousandth of the time, which counts on an emulated or small machine.
            encryption_algorithm: algorithm.then_some("ECDSA-P256"),
            feature_gates: (!algorithm).then(|| BTreeMap::from([("PublicKeysECDSA", true)])),
            networking: Networking::of(scope),
            api_server: ApiServer::of(scope),
            controller_manager: Component::of(scope, controller_manager(scope)),
            scheduler: Component::of(scope, arguments.scheduler.clone()),
            etcd: etcd(scope),
            dns: Dns::of(scope),
            proxy: proxy(scope),
        }
    }
}

impl Networking {
    fn of(scope: &Scope) -> Self {
        Self {
            pod_subnet: scope.cluster.pod_network.to_string(),
            service_subnet: scope.cluster.service_network.to_string(),
            dns_domain: scope.cluster.dns_domain.clone(),
        }
    }
}

impl ApiServer {
    fn of(scope: &Scope) -> Self {
        let mut arguments = scope.cluster.extra_arguments.api_server.clone();
        let (first, last) = scope.cluster.node_ports;
        arguments.entry("service-node-port-range".to_owned()).or_insert(format!("{first}-{last}"));
        let timeout = !quirks::kubeadm_has_timeouts(scope.version());
        Self {
            extra_args: Arguments::of(scope.version(), arguments),
            // for whoever comes through a forwarded port: `imgbuild boot`, Vagrant, an SSH tunnel
            cert_sans: ["127.0.0.1", "localhost"],
            timeout_for_control_plane: timeout.then(|| go_duration(CONTROL_PLANE)),
        }
    }
}

impl Component {
    fn of(scope: &Scope, arguments: BTreeMap<String, String>) -> Option<Self> {
        Arguments::of(scope.version(), arguments).map(|extra_args| Self { extra_args })
    }
}

/// With static routes the pods' ranges are in each host's own CNI configuration: ranges that the controller
/// manager gave would be other ones.
fn controller_manager(scope: &Scope) -> BTreeMap<String, String> {
    let mut arguments = scope.cluster.extra_arguments.controller_manager.clone();
    if scope.cluster.network == PodNetworking::StaticRoutes {
        arguments.insert("allocate-node-cidrs".to_owned(), "false".to_owned());
    }
    arguments
}

/// The baked etcd, whatever kubeadm's own would be: patches of Kubernetes raise that one, and it would be pulled.
fn etcd(scope: &Scope) -> Option<Etcd> {
    let baked = baked::find(scope.image, &scope.kubernetes.image_repository, "etcd");
    let image_tag = baked.filter(|image| !image.tag.is_empty()).map(|image| image.tag.to_owned());
    let extra_args = Arguments::of(scope.version(), scope.cluster.extra_arguments.etcd.clone());
    let local = LocalEtcd { image_tag, data_dir: "/var/lib/etcd", extra_args };
    (local.image_tag.is_some() || local.extra_args.is_some()).then_some(Etcd { local })
}

impl Dns {
    fn of(scope: &Scope) -> Option<Self> {
        let version = scope.version();
        if skips(scope, "coredns") {
            let disabled = quirks::kubeadm_can_disable_addons(version);
            return disabled.then_some(Self {
                kind: None,
                disabled: Some(true),
                image_repository: None,
                image_tag: None,
            });
        }
        let image = baked::all(scope.image).find(|image| image.name == "coredns" && !image.tag.is_empty())?;
        Some(Self {
            kind: quirks::kubeadm_has_dns_type(version).then_some("CoreDNS"),
            disabled: None,
            image_repository: own_coredns(&image).then(|| image.repository.to_owned()),
            image_tag: Some(image.tag.to_owned()),
        })
    }
}

/// Upstream's `CoreDNS` is one folder deeper than its other images, and kubeadm finds it there by itself.
fn own_coredns(image: &Baked) -> bool {
    let parent = image.repository.strip_suffix("/coredns").unwrap_or(image.repository);
    !quirks::is_upstream_repository(parent)
}

fn proxy(scope: &Scope) -> Option<Proxy> {
    let disabled = skips(scope, "kube-proxy") && quirks::kubeadm_can_disable_addons(scope.version());
    disabled.then_some(Proxy { disabled })
}

/// Whether the image cannot have this addon of kubeadm's.
fn skips(scope: &Scope, addon: &str) -> bool {
    let phases = &scope.kubernetes.skip_phases;
    phases.contains("addon") || phases.contains(&format!("addon/{addon}"))
}
