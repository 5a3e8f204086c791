//! The address by which the cluster knows this host.

use super::configuration::{NodeAddress, NodeConfiguration};
use super::failure::Failure;
use super::host::{Command, Host};
use serde::Deserialize;
use std::net::Ipv4Addr;

/// The addresses of all network cards, in the kernel's order, without loopback.
pub fn all(host: &impl Host) -> Result<Vec<Ipv4Addr>, Failure> {
    let told = host.run(&Command::new(["ip", "-json", "-4", "address", "show"]))?.expect("ip address")?;
    let links: Vec<Link> = serde_json::from_slice(&told.stdout)
        .map_err(|error| Failure::again(format!("ip address: it made no sense: {error}")))?;
    let addresses = links.into_iter().flat_map(|link| link.addr_info).filter_map(|info| info.local);
    Ok(addresses.filter(|address| !address.is_loopback()).collect())
}

/// The node's own address.
pub fn own(host: &impl Host, configuration: &NodeConfiguration) -> Result<Ipv4Addr, Failure> {
    let addresses = all(host)?;
    let (found, wanted) = match &configuration.address {
        NodeAddress::Fixed(address) => (addresses.contains(address).then_some(*address), address.to_string()),
        NodeAddress::Within(network) => {
            let found = addresses.iter().find(|address| contains(network, **address));
            (found.copied(), format!("an address in {network}"))
        }
    };
    found.ok_or_else(|| {
        let there: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        Failure::Again(format!("no network card has {wanted}; there are [{}]", there.join(", ")))
    })
}

/// Whether `address` is in `network`, written as CIDR; nothing is in what is no network.
pub fn contains(network: &str, address: Ipv4Addr) -> bool {
    let parsed = network.split_once('/').and_then(|(base, length)| {
        Some((base.parse::<Ipv4Addr>().ok()?, length.parse::<u32>().ok().filter(|length| *length <= 32)?))
    });
    parsed.is_some_and(|(base, length)| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        base.to_bits() & mask == address.to_bits() & mask
    })
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    addr_info: Vec<AddressInfo>,
}

#[derive(Deserialize)]
struct AddressInfo {
    local: Option<Ipv4Addr>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses() {
        let table = [
            ("192.168.61.0/24", "192.168.61.255", true),
            ("192.168.61.0/24", "192.168.62.0", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("1.2.3.4/32", "1.2.3.4", true),
            ("1.2.3.4/33", "1.2.3.4", false),
            ("nonsense", "1.2.3.4", false),
        ];
        for (network, address, expected) in table {
            assert_eq!(contains(network, address.parse().unwrap()), expected, "{network} {address}");
        }
    }
}
