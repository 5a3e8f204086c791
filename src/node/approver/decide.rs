//! Which certificates may be approved: only what the host list says belongs to the node that asks.

use super::Request;
use crate::node::address;
use crate::node::configuration::{NodeConfiguration, Peer};
use crate::text::shown;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

const SIGNER: &str = "kubernetes.io/kubelet-serving";
const GROUP: &str = "system:nodes";
const USER_PREFIX: &str = "system:node:";
/// What a serving certificate may be for; the signer itself allows no more.
const USAGES: [&str; 3] = ["digital signature", "key encipherment", SERVER];
const SERVER: &str = "server auth";

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Decided already, or for another signer.
    NotOurs,
    /// This node may have it.
    Approve(String),
    /// A person must decide; why.
    Leave(String),
}

/// Decides on a `CertificateSigningRequest` of `certificates.k8s.io/v1`.
pub fn decide(item: &Value, configuration: &NodeConfiguration) -> Decision {
    let spec = &item["spec"];
    let decided = item["status"]["conditions"].as_array().is_some_and(|conditions| !conditions.is_empty());
    if decided || spec["signerName"] != SIGNER {
        return Decision::NotOurs;
    }
    match judge(spec, configuration) {
        Ok(node) => Decision::Approve(node),
        Err(why) => Decision::Leave(why),
    }
}

fn judge(spec: &Value, configuration: &NodeConfiguration) -> Result<String, String> {
    let user = spec["username"].as_str().unwrap_or_default();
    let node = user.strip_prefix(USER_PREFIX).ok_or("it is no node that asks")?;
    if !texts(&spec["groups"]).any(|group| group == GROUP) {
        return Err("who asks is not in the group of nodes".into());
    }
    let usages: Vec<&str> = texts(&spec["usages"]).collect();
    if !usages.contains(&SERVER) || usages.iter().any(|usage| !USAGES.contains(usage)) {
        return Err("it is not for serving alone".into());
    }
    let request = Request::parse(spec["request"].as_str().unwrap_or_default())?;
    if request.common_names != [user] || request.organizations != [GROUP] || request.other_names {
        return Err("its subject is not that of the node that asks".into());
    }
    if request.dns_names.iter().any(|name| name != node) {
        return Err(format!("it asks for another name than `{}`", shown(node)));
    }
    if request.dns_names.is_empty() && request.addresses.is_empty() {
        return Err("it asks for no name and no address".into());
    }
    request.addresses.iter().try_for_each(|address| may_have(node, *address, configuration))?;
    Ok(node.to_owned())
}

fn texts(array: &Value) -> impl Iterator<Item = &str> {
    array.as_array().into_iter().flatten().map(|text| text.as_str().unwrap_or_default())
}

/// Hosts that are listed have their listed addresses; others may be members of a pool, whose addresses nobody
/// knows beforehand, but they are in the pool's network and not somebody else's.
fn may_have(node: &str, address: IpAddr, configuration: &NodeConfiguration) -> Result<(), String> {
    let foreign = || format!("`{}` may not have the address {address}", shown(node));
    let IpAddr::V4(address) = address else { return Err(foreign()) };
    let has = |peer: &Peer| peer.addresses.contains(&address);
    let allowed = if let Some(peer) = configuration.hosts.iter().find(|peer| peer.name == node) {
        has(peer)
    } else {
        let pool = configuration.pool_networks.iter().any(|network| address::contains(network, address));
        pool && !configuration.hosts.iter().any(has) && !is_endpoint(address, configuration)
    };
    if allowed { Ok(()) } else { Err(foreign()) }
}

fn is_endpoint(address: Ipv4Addr, configuration: &NodeConfiguration) -> bool {
    configuration.endpoint.address == address.to_string()
}
