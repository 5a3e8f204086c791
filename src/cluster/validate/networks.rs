//! The networks of hosts, pods and services, each judged by itself.

use super::super::model::{Network, Subnet};
use super::super::raw::RawSubnet;
use super::names;
use crate::document::place::{Place, Result};
use crate::error::Fault;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// The book's pod network.
const DEFAULT_PODS: Network = Network { address: Ipv4Addr::new(172, 31, 0, 0), prefix: 16 };
/// kubeadm's own default.
const DEFAULT_SERVICES: Network = Network { address: Ipv4Addr::new(10, 96, 0, 0), prefix: 12 };
/// kubeadm's own default.
const DEFAULT_DOMAIN: &str = "cluster.local";
/// The controller manager gives each node a /24 of the pod network, of which there may be 2^16
/// (`PodSubnetNodeMaskMaxDiff` in kubeadm's constants).
const POD_PREFIXES: RangeInclusive<u8> = 8..=24;
/// At most 20 bits (`MaximumBitsForServiceSubnet`), at least ten addresses (`MinimumAddressesInServiceSubnet`).
const SERVICE_PREFIXES: RangeInclusive<u8> = 12..=28;

/// What no machine has as its own address: "this" network, loopback, link-local, multicast and what is reserved
/// (RFC 6890, RFC 5771).
const SPECIAL: [Network; 4] = [
    Network { address: Ipv4Addr::UNSPECIFIED, prefix: 8 },
    Network { address: Ipv4Addr::new(127, 0, 0, 0), prefix: 8 },
    Network { address: Ipv4Addr::new(169, 254, 0, 0), prefix: 16 },
    Network { address: Ipv4Addr::new(224, 0, 0, 0), prefix: 3 },
];

/// `pod_network`.
pub fn pods(raw: Option<String>, at: &Place) -> Result<Network> {
    sized(raw, at, DEFAULT_PODS, &POD_PREFIXES)
}

/// `service_network`.
pub fn services(raw: Option<String>, at: &Place) -> Result<Network> {
    sized(raw, at, DEFAULT_SERVICES, &SERVICE_PREFIXES)
}

fn sized(raw: Option<String>, at: &Place, default: Network, sizes: &RangeInclusive<u8>) -> Result<Network> {
    let network: Network = raw.map_or(Ok(default), |text| at.parse(&text))?;
    if sizes.contains(&network.prefix) {
        return usable(network, at);
    }
    let hint = format!("Kubernetes takes /{} to /{} here", sizes.start(), sizes.end());
    Err(at.fault(format!("`{network}` has the wrong size")).hint(hint))
}

/// A network whose addresses machines and pods may have.
pub fn usable(network: Network, at: &Place) -> Result<Network> {
    match SPECIAL.iter().find(|special| special.overlaps(&network)) {
        None => Ok(network),
        Some(special) => {
            let message = format!("`{network}` has addresses of `{special}`, which nobody can have");
            Err(at.fault(message).hint("choose a part of `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`"))
        }
    }
}

/// An address at which another machine may answer; clouds answer at link-local ones too.
pub fn answering(address: Ipv4Addr, at: &Place) -> Result<Ipv4Addr> {
    if address.is_link_local() || SPECIAL.iter().all(|special| !special.contains(address)) {
        return Ok(address);
    }
    Err(at.fault(format!("at `{address}` no other machine answers")).hint("write the address of a machine"))
}

/// `dns_domain`.
pub fn dns_domain(raw: Option<String>, at: &Place) -> Result<String> {
    at.checked(raw.unwrap_or_else(|| DEFAULT_DOMAIN.to_owned()), names::dns)
}

/// `subnet`.
pub fn subnet(raw: RawSubnet, at: &Place) -> Result<Subnet> {
    let (network, gateway) = (at.key("network"), at.key("gateway"));
    let nameservers = at.key("nameservers");
    let network = usable(network.parse(&network.required(raw.network)?)?, &network)?;
    Ok(Subnet {
        network,
        gateway: raw.gateway.map(|text| inside(&text, &gateway, network)).transpose()?,
        nameservers: (raw.nameservers.iter().enumerate())
            .map(|(index, text)| server(text, &nameservers.item(index)))
            .collect::<Result<_>>()?,
    })
}

fn server(text: &str, at: &Place) -> Result<Ipv4Addr> {
    answering(address(text, at)?, at)
}

/// An address that a machine in `network` may have.
pub fn inside(text: &str, at: &Place, network: Network) -> Result<Ipv4Addr> {
    let address = address(text, at)?;
    if network.has_room_for(address) {
        return Ok(address);
    }
    let message = format!("`{address}` is no address of a machine in `{network}`");
    Err(at
        .fault(message)
        .hint("write one between the network's first and last address, or correct `subnet.network`"))
}

/// An IPv4 address.
pub fn address(text: &str, at: &Place) -> Result<Ipv4Addr> {
    text.parse().map_err(|_| {
        at.moved(Fault::input(format!("`{text}` is no IPv4 address")).hint("write it as `192.168.61.11`"))
    })
}
