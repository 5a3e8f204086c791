//! Hosts and pools, each judged by itself.

use super::super::model::{Host, Network, Platform, PodNetworking, Pool, Role};
use super::super::raw::{RawHost, RawPool};
use super::{arguments, labels, mac, names, networks, ports};
use crate::document::place::{Place, Result};
use crate::size::ByteSize;

/// What etcd and the control plane need besides workloads.
const CONTROL_PLANE_MEMORY: ByteSize = ByteSize::mib(4096);
const WORKER_MEMORY: ByteSize = ByteSize::mib(2048);
/// Below this not even kubelet and containerd run.
const SMALLEST_MEMORY: ByteSize = ByteSize::mib(512);
/// kubeadm wants two for a control plane.
const CPUS: u16 = 2;
/// Length of the prefix of each host's pod network.
const POD_PREFIX: u8 = 24;

/// What hosts are judged against.
pub struct Scope {
    /// Where they run.
    pub platform: Platform,
    /// All pods' network.
    pub pods: Network,
    /// How pods reach each other.
    pub network: PodNetworking,
}

/// `hosts`.
pub fn hosts(raw: Vec<RawHost>, at: &Place, scope: &Scope) -> Result<Vec<Host>> {
    raw.into_iter().enumerate().map(|(index, raw)| host(raw, index, &at.item(index), scope)).collect()
}

fn host(raw: RawHost, index: usize, at: &Place, scope: &Scope) -> Result<Host> {
    let (name, role, address) = (at.key("name"), at.key("role"), at.key("address"));
    let role = role.required(raw.role)?;
    Ok(Host {
        name: name.checked(name.required(raw.name)?, names::host)?,
        role,
        address: networks::address(&address.required(raw.address)?, &address)?,
        mac: card(raw.mac, &at.key("mac"), scope.platform)?,
        interface: interface(raw.interface, &at.key("interface"), scope.platform)?,
        pod_network: pod_network(raw.pod_network, index, &at.key("pod_network"), scope)?,
        labels: labels::labels(raw.labels, &at.key("labels"))?,
        kubelet_arguments: arguments::kubelet(raw.kubelet_arguments, &at.key("kubelet_arguments"))?,
        cpus: cpus(raw.cpus, &at.key("cpus"))?,
        memory: memory(raw.memory, role, &at.key("memory"))?,
        forwarded_ports: ports::forwarded(raw.forwarded_ports, &at.key("forwarded_ports"))?,
    })
}

/// Elsewhere than on AWS, the card is found by its MAC address.
fn card(raw: Option<String>, at: &Place, platform: Platform) -> Result<Option<String>> {
    match (raw, platform) {
        (None, Platform::Aws) => Ok(None),
        (raw, _) => mac::mac(&at.required(raw)?, at).map(Some),
    }
}

fn interface(raw: Option<String>, at: &Place, platform: Platform) -> Result<String> {
    let default = if platform == Platform::Vagrant { "eth1" } else { "eth0" };
    at.checked(raw.unwrap_or_else(|| default.to_owned()), names::interface)
}

fn pod_network(raw: Option<String>, index: usize, at: &Place, scope: &Scope) -> Result<Option<Network>> {
    let all = scope.pods;
    match (raw, scope.network) {
        (None, PodNetworking::StaticRoutes) => match all.part(index + 1, POD_PREFIX) {
            Some(network) => Ok(Some(network)),
            None => Err(at
                .fault(format!("`{all}` has no /{POD_PREFIX} for host number {}", index + 1))
                .hint("make `pod_network` larger, or set `pod_network` of each host")),
        },
        (Some(text), PodNetworking::StaticRoutes) => match at.parse::<Network>(&text)? {
            network if all.covers(&network) => Ok(Some(network)),
            network => Err(at
                .fault(format!("`{network}` is outside of `{all}`"))
                .hint("choose a part of `pod_network`")),
        },
        (None, _) => Ok(None),
        (Some(_), _) => Err(at
            .fault("makes sense with static routes only")
            .hint("remove it, or set `network: static-routes`")),
    }
}

fn cpus(raw: Option<u16>, at: &Place) -> Result<u16> {
    match raw.unwrap_or(CPUS) {
        0 => Err(at.fault("a machine has at least one processor").hint("write `2`")),
        cpus => Ok(cpus),
    }
}

fn memory(raw: Option<String>, role: Role, at: &Place) -> Result<u32> {
    let default = if role == Role::ControlPlane { CONTROL_PLANE_MEMORY } else { WORKER_MEMORY };
    let size: ByteSize = raw.map_or(Ok(default), |text| at.parse(&text))?;
    if size < SMALLEST_MEMORY {
        return Err(at
            .fault(format!("`{size}` is too small"))
            .hint(format!("write at least `{SMALLEST_MEMORY}`")));
    }
    let mib = size.get() / ByteSize::mib(1).get();
    let whole = ByteSize::mib(mib) == size;
    u32::try_from(mib).ok().filter(|_| whole).ok_or_else(|| {
        at.fault(format!("`{size}` is no whole number of MiB below 4 PiB")).hint("write it as `4GiB`")
    })
}

/// A pool of workers; its members stand in `hosts`, the hosts' network, if it does not say otherwise.
pub fn pool(raw: RawPool, at: &Place, hosts: Network) -> Result<Pool> {
    let network = at.key("network");
    Ok(Pool {
        network: raw.network.map_or(Ok(hosts), |text| networks::usable(network.parse(&text)?, &network))?,
        labels: labels::labels(raw.labels, &at.key("labels"))?,
        kubelet_arguments: arguments::kubelet(raw.kubelet_arguments, &at.key("kubelet_arguments"))?,
    })
}
