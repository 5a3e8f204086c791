//! `/etc/hosts`: the cluster's names without any DNS server.

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::cluster::{Host, Role};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

const PATH: &str = "/etc/hosts";

/// Names of all hosts on control planes; of the control planes and its own on a worker, which calls no other:
/// so a cluster of thousands stays small.
pub fn file(site: &Site, part: &Part) -> Result<Option<File>> {
    let own = part.host().map(|host| host.name.as_str());
    let wanted = |host: &&Host| {
        part.is_control_plane() || host.role == Role::ControlPlane || own == Some(host.name.as_str())
    };
    let hosts: Vec<Value> = site.cluster().hosts.iter().filter(wanted).map(line).collect();
    let variables = json!({ "hosts": hosts });
    Ok(Some(File::public(PATH, site.templates.render("host/hosts", &variables)?)))
}

fn line(host: &Host) -> Value {
    let address: Ipv4Addr = host.address;
    json!({ "address": address, "name": host.name })
}
