//! Who the instance is, and what kubelet must be told of that.

use super::metadata::Metadata;
use crate::node::address;
use crate::node::configuration::{NodeAddress, NodeConfiguration};
use crate::node::failure::{Failure, Outcome};
use crate::node::host::Host;
use crate::node::kubelet;
use std::net::Ipv4Addr;

/// Compares the instance's address with what was rendered, and has kubelet register with the instance's provider ID,
/// by which AWS's own controllers know it.
pub fn identify(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let metadata = Metadata::open(host)?;
    let (instance, zone) = (metadata.get("instance-id")?, metadata.get("placement/availability-zone")?);
    let address = metadata.get("local-ipv4")?;
    let address: Ipv4Addr =
        address.parse().map_err(|_| Failure::Again(format!("`{address}` is no address of an instance")))?;
    belongs(address, configuration)?;
    for text in [&instance, &zone] {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Failure::Again("the instance metadata make no sense".into()));
        }
    }
    kubelet::arguments(host, &format!("--node-ip={address} --provider-id=aws:///{zone}/{instance}"))
}

/// User-data of one host on the instance of another would make two nodes fight for one name.
fn belongs(address: Ipv4Addr, configuration: &NodeConfiguration) -> Result<(), Failure> {
    let (fits, wanted) = match &configuration.address {
        NodeAddress::Fixed(fixed) => (*fixed == address, fixed.to_string()),
        NodeAddress::Within(network) => (address::contains(network, address), format!("one in {network}")),
    };
    let why = || format!("the instance has the address {address}, and its user-data are for {wanted}");
    if fits { Ok(()) } else { Err(Failure::Never(why())) }
}
