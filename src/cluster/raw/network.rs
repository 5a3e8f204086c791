//! Where the API is reached, and what the hosts stand in.

use super::super::model::Provider;
use schemars::JsonSchema;
use serde::Deserialize;

/// The API's endpoint.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawEndpoint {
    /// IP address or DNS name.
    pub address: Option<String>,
    /// TCP port; 6443 if not set.
    pub port: Option<u16>,
    /// Who holds the address. If not set: `external` for the address of a host, `nlb` on AWS, else `kube-vip`.
    pub provider: Option<Provider>,
    /// keepalived's virtual router, 1 to 255, unique in its network; the address' last byte if not set.
    pub virtual_router_id: Option<u8>,
}

/// The network that hosts stand in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSubnet {
    /// The network in CIDR notation: `192.168.61.0/24`.
    pub network: Option<String>,
    /// The router; leave it out where another card has the default route.
    pub gateway: Option<String>,
    /// DNS servers.
    pub nameservers: Vec<String>,
}
