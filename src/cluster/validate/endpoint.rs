//! Where the API is reached.

use super::super::model::{Endpoint, Host, Platform, Provider};
use super::super::raw::RawEndpoint;
use super::names;
use crate::document::place::{Place, Result};
use std::net::Ipv4Addr;

/// What the API server listens on where nothing is said.
pub const API_PORT: u16 = 6443;

/// `endpoint`.
pub fn endpoint(raw: RawEndpoint, at: &Place, platform: Platform, hosts: &[Host]) -> Result<Endpoint> {
    let address = at.key("address");
    let text = address.required(raw.address)?;
    let numeric = text.parse::<Ipv4Addr>().ok();
    if numeric.is_none() {
        // digits and dots alone are a mistyped address, not a name
        let mistyped = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let checked = if mistyped { Err(not_an_address(&text, &address)) } else { Ok(()) };
        checked.and_then(|()| address.checked(text.clone(), names::dns))?;
    }
    Ok(Endpoint {
        provider: raw.provider.unwrap_or_else(|| default_provider(numeric, platform, hosts)),
        port: not_zero(raw.port.unwrap_or(API_PORT), &at.key("port"))?,
        virtual_router_id: router(raw.virtual_router_id, numeric, &at.key("virtual_router_id"))?,
        address: text,
    })
}

fn not_an_address(text: &str, at: &Place) -> crate::error::Fault {
    at.fault(format!("`{text}` is neither an IPv4 address nor a DNS name"))
        .hint("write it as `192.168.61.10`")
}

fn default_provider(address: Option<Ipv4Addr>, platform: Platform, hosts: &[Host]) -> Provider {
    match platform {
        _ if hosts.iter().any(|host| Some(host.address) == address) => Provider::External,
        Platform::Aws => Provider::Nlb,
        Platform::Nocloud | Platform::Vagrant => Provider::KubeVip,
    }
}

fn not_zero(port: u16, at: &Place) -> Result<u16> {
    if port == 0 { Err(at.fault("`0` is no port").hint("write `6443`")) } else { Ok(port) }
}

/// VRRP's virtual routers are numbered from 1 to 255; the last byte of the address is as unique as the address.
fn router(raw: Option<u8>, address: Option<Ipv4Addr>, at: &Place) -> Result<u8> {
    match raw {
        Some(0) => Err(at.fault("`0` is no virtual router").hint("write a number from 1 to 255")),
        Some(id) => Ok(id),
        None => Ok(address.map_or(1, |address| address.octets()[3].max(1))),
    }
}
