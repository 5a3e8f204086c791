//! The document `network-config`, version 2 (cloud-init's documentation, "Networking config version 2").

use serde::Serialize;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// How the network cards of a machine get addresses.
#[derive(Debug, Clone, Serialize)]
pub struct NetworkConfig {
    version: u8,
    ethernets: BTreeMap<String, Ethernet>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ethernet {
    #[serde(rename = "match")]
    matching: Match,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_name: Option<String>,
    dhcp4: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<RouteField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nameservers: Option<Nameservers>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Match {
    Name(String),
    #[serde(rename = "macaddress")]
    MacAddress(String),
}

#[derive(Debug, Clone, Serialize)]
struct RouteField {
    to: String,
    via: Ipv4Addr,
}

#[derive(Debug, Clone, Serialize)]
struct Nameservers {
    addresses: Vec<Ipv4Addr>,
}

/// A card with a fixed address.
#[derive(Debug, Clone)]
pub struct Card {
    /// By which it is found, lower case.
    pub mac: String,
    /// Name that it gets.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Length of its network's prefix.
    pub prefix: u8,
    /// Where other networks are.
    pub routes: Vec<Route>,
    /// DNS servers.
    pub nameservers: Vec<Ipv4Addr>,
}

/// The way to a network.
#[derive(Debug, Clone)]
pub struct Route {
    /// `ADDRESS/PREFIX`.
    pub to: String,
    /// The next machine.
    pub via: Ipv4Addr,
}

impl NetworkConfig {
    /// All network cards get their addresses by DHCP.
    pub fn dhcp() -> Self {
        Self { version: 2, ethernets: BTreeMap::from([("cards".to_owned(), Ethernet::dhcp("e*"))]) }
    }

    /// One card with a fixed address; others are left alone.
    pub fn fixed(card: Card) -> Self {
        Self { version: 2, ethernets: BTreeMap::from([("cluster".to_owned(), Ethernet::fixed(card))]) }
    }

    /// With DHCP on all other cards. The name `cluster` sorts before `nat`, and of two definitions that match a
    /// card, systemd-networkd takes the first: so the fixed card stays as it is, whatever its name.
    #[must_use]
    pub fn with_nat(mut self) -> Self {
        self.ethernets.insert("nat".to_owned(), Ethernet::dhcp("e*"));
        self
    }
}

impl Ethernet {
    fn dhcp(name: &str) -> Self {
        Self {
            matching: Match::Name(name.to_owned()),
            set_name: None,
            dhcp4: true,
            addresses: Vec::new(),
            routes: Vec::new(),
            nameservers: None,
        }
    }

    fn fixed(card: Card) -> Self {
        let route = |route: Route| RouteField { to: route.to, via: route.via };
        let nameservers = Some(card.nameservers).filter(|servers| !servers.is_empty());
        Self {
            matching: Match::MacAddress(card.mac),
            set_name: Some(card.name),
            dhcp4: false,
            addresses: vec![format!("{}/{}", card.address, card.prefix)],
            routes: card.routes.into_iter().map(route).collect(),
            nameservers: nameservers.map(|addresses| Nameservers { addresses }),
        }
    }
}
