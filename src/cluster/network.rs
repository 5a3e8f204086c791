//! IPv4 networks in CIDR notation.

use super::Network;
use crate::error::Fault;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

impl Network {
    /// The addresses of the network as numbers: first and last.
    fn range(self) -> (u32, u32) {
        let first = self.address.to_bits();
        (first, first | u32::MAX.checked_shr(self.prefix.into()).unwrap_or(0))
    }

    /// Whether `address` lies in it.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        let (first, last) = self.range();
        (first..=last).contains(&address.to_bits())
    }

    /// Whether all of `other` lies in it.
    pub fn covers(&self, other: &Network) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    /// Whether any address lies in both.
    pub fn overlaps(&self, other: &Network) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// Whether a machine may have `address` here: it lies inside, and is neither the network's own address nor
    /// the one for broadcasts.
    pub fn has_room_for(&self, address: Ipv4Addr) -> bool {
        let (first, last) = self.range();
        first < address.to_bits() && address.to_bits() < last
    }

    /// The `index`-th network of `prefix` bits in it, counted from 0; `None` if it does not fit.
    pub fn part(&self, index: usize, prefix: u8) -> Option<Network> {
        let step = 1_u64 << 32_u8.checked_sub(prefix)?;
        let offset = step.checked_mul(u64::try_from(index).ok()?)?;
        let address = u64::from(self.address.to_bits()).checked_add(offset)?;
        let part = Network { address: Ipv4Addr::from_bits(u32::try_from(address).ok()?), prefix };
        self.covers(&part).then_some(part)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let no_network =
            || Fault::input(format!("`{text}` is no IPv4 network")).hint("write it as `192.168.61.0/24`");
        let (address, prefix) = text.split_once('/').ok_or_else(no_network)?;
        let digits = prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| digits && *prefix <= 32).ok_or_else(no_network)?;
        let address: Ipv4Addr = address.parse().map_err(|_| no_network())?;
        let mask = !u32::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
        let network = Network { address: Ipv4Addr::from_bits(address.to_bits() & mask), prefix };
        if network.address == address {
            Ok(network)
        } else {
            Err(Fault::input(format!("`{text}` is an address inside a network, not its first one"))
                .hint(format!("write `{network}`")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn networks_know_what_lies_in_them() {
        let lan = network("192.168.61.0/24");
        assert!(lan.contains([192, 168, 61, 255].into()) && !lan.contains([192, 168, 62, 0].into()));
        assert!(lan.has_room_for([192, 168, 61, 1].into()));
        assert!(!lan.has_room_for([192, 168, 61, 0].into()) && !lan.has_room_for([192, 168, 61, 255].into()));
        assert!(network("0.0.0.0/0").covers(&lan) && network("192.168.0.0/16").overlaps(&lan));
        assert!(!network("192.168.60.0/24").overlaps(&lan));
    }

    #[test]
    fn parts_are_counted_until_the_network_ends() {
        let pods = network("172.31.0.0/16");
        assert_eq!(pods.part(1, 24), Some(network("172.31.1.0/24")));
        assert_eq!(pods.part(255, 24), Some(network("172.31.255.0/24")));
        assert_eq!((pods.part(256, 24), pods.part(0, 15), pods.part(0, 33)), (None, None, None));
        assert_eq!(network("255.255.255.0/24").part(usize::MAX, 24), None);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["", "/", "1.2.3.4", "1.2.3.4/33", "1.2.3.4/+8", "1.2.3/24", "::/0", "10.0.0.0/8/8", "a/8"]
        {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let inside = "192.168.61.7/24".parse::<Network>().unwrap_err();
        assert_eq!(inside.hint.unwrap(), "write `192.168.61.0/24`");
    }

    proptest! {
        #[test]
        fn networks_read_back_as_they_print(bits: u32, prefix in 0_u8..=32) {
            let mask = !u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
            let network = Network { address: Ipv4Addr::from_bits(bits & mask), prefix };
            prop_assert_eq!(network.to_string().parse::<Network>().unwrap(), network);
        }
    }
}
