//! What a step does.

use super::configuration::{Addon, Ingress, NodeConfiguration, When};
use super::failure::Outcome;
use super::host::Host;
use super::{
    addons, cleanup, clock, endpoint, files, handover, images, ingress, init, join, kubelet, ready, torn,
    wait,
};
use crate::digest::Sha256;

/// One deed; doing it again after it was cut off anywhere ends as doing it once.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Waits for the host's own name.
    Hostname,
    /// Waits for the node's address on a network card.
    Address,
    /// Waits for containerd.
    Containerd,
    /// Makes the baked images containerd's.
    ImportImages,
    /// Unpacks them.
    UnpackImages,
    /// Waits for a clock by which the cluster's certificates are valid.
    Clock,
    /// Puts the PKI where kubeadm looks for it.
    InstallPki,
    /// Puts files in their place.
    InstallFiles(When),
    /// Tells kubelet the address that this host has found.
    NodeIp,
    /// Makes sure that there is no cluster yet.
    NoCluster,
    /// Starts what holds the endpoint's address.
    StartUnit(String),
    /// Runs one phase of `kubeadm init`.
    InitPhase(Vec<String>),
    /// Waits for this host's own API server.
    ApiServer,
    /// Waits for the API at the endpoint.
    Endpoint,
    /// Waits for the control planes that join before this one.
    Predecessors,
    /// Runs `kubeadm join`.
    Join,
    /// Begins to approve serving certificates.
    Approver,
    /// Gives kube-vip ordinary credentials.
    Handover(String),
    /// Applies manifests.
    Addon(Addon),
    /// Waits for the own node to be Ready.
    NodeReady,
    /// Makes the ingress class the default one.
    DefaultClass(Ingress),
    /// Sets the ingress controller's node ports.
    NodePorts(Ingress),
    /// Waits for cloud-init's end and keeps it from running again.
    CloudInit,
    /// Removes secrets.
    RemoveSecrets,
}

/// What decides about the outcome of `action`, where that may change after it was done.
pub fn inputs(host: &impl Host, action: &Action) -> Option<Sha256> {
    match action {
        Action::Addon(addon) => addons::inputs(host, addon),
        _ => None,
    }
}

/// Does `action` once.
pub fn act(host: &impl Host, configuration: &NodeConfiguration, action: &Action) -> Outcome {
    match action {
        Action::Hostname => wait::hostname(host, configuration),
        Action::Address => wait::address(host, configuration),
        Action::Containerd => wait::containerd(host),
        Action::ImportImages => images::import(host, configuration),
        Action::UnpackImages => images::unpack(host, configuration),
        Action::Clock => clock::wait(host),
        Action::InstallPki => files::install_pki(host, configuration),
        Action::InstallFiles(when) => files::install(host, configuration, *when),
        Action::NodeIp => kubelet::node_ip(host, configuration),
        Action::NoCluster => endpoint::no_cluster(host, configuration),
        Action::StartUnit(unit) => endpoint::start_unit(host, unit),
        Action::InitPhase(phase) => {
            torn::remove(host)?;
            init::phase(host, configuration, phase)
        }
        Action::ApiServer => endpoint::own_api_server(host, configuration),
        Action::Endpoint => endpoint::answers(host, configuration),
        Action::Predecessors => join::predecessors(host, configuration),
        Action::Join => join::join(host, configuration),
        Action::Approver => {
            host.start_approver();
            Ok(None)
        }
        Action::Handover(manifest) => handover::to_admin(host, manifest),
        Action::Addon(addon) => addons::apply(host, addon),
        Action::NodeReady => ready::node(host, configuration),
        Action::DefaultClass(ingress) => ingress::default_class(host, ingress),
        Action::NodePorts(ingress) => ingress::node_ports(host, ingress),
        Action::CloudInit => cleanup::cloud_init(host),
        Action::RemoveSecrets => cleanup::secrets(host, configuration),
    }
}
