//! keepalived on control planes: VRRP with unicast between them, and a check of the local API server.
//!
//! Priorities: the first control plane is MASTER and has the address before its API server is there, since nobody
//! else has started yet (kubeadm's `docs/ha-considerations.md`). A control plane whose API server does not answer
//! falls below every one whose does.

use super::file::{File, Secrecy};
use super::{Part, Site, below_directory, control_planes};
use crate::Result;
use crate::cluster::Host;
use crate::kubeadm::node::bind_port;
use crate::node::configuration::{Install, When};
use serde_json::json;

/// keepalived's unit.
pub const UNIT: &str = "keepalived.service";
const CONFIGURATION: &str = "keepalived.conf";
const CHECK: &str = "check-api-server";
/// Where the check must be: keepalived refuses scripts that others than root could change.
const CHECK_PATH: &str = "/usr/local/sbin/imgbuild-check-api-server";
/// Priority of the first control plane; 255 is for owners of an address.
const FIRST: usize = 200;
/// Priority of the second one; each further one has one less.
const SECOND: usize = 150;
/// What a control plane without a working API server loses: the first then has less than the fiftieth.
const PENALTY: usize = 100;

/// Its configuration and the check.
pub fn files(site: &Site, part: &Part, host: &Host) -> Result<Vec<File>> {
    let variables = json!({
        "host": host.name,
        "interface": host.interface,
        "address": host.address,
        "peers": control_planes(site.cluster()).filter(|other| other.name != host.name).map(|other| other.address).collect::<Vec<_>>(),
        "first": part.is_first(),
        "priority": priority(part.rank),
        "penalty": PENALTY,
        "endpoint": site.cluster().endpoint.address,
        "prefix": site.cluster().subnet.network.prefix,
        "virtual_router_id": site.cluster().endpoint.virtual_router_id,
        "password": site.keys.keepalived_password,
        "check": CHECK_PATH,
        "port": bind_port(&site.scope),
    });
    let configuration = site.templates.render("keepalived/keepalived.conf", &variables)?;
    let check = site.templates.render("keepalived/check-api-server", &variables)?;
    Ok(vec![
        File::secret(below_directory(CONFIGURATION), configuration, Secrecy::Fields),
        File::public(below_directory(CHECK), check).mode(0o755),
    ])
}

/// Where they go.
pub fn installs() -> Vec<Install> {
    let install = |from: &str, to: &str, mode| Install {
        from: from.to_owned(),
        to: to.to_owned(),
        mode,
        when: When::BeforeKubeadm,
    };
    vec![install(CHECK, CHECK_PATH, 0o755), install(CONFIGURATION, "/etc/keepalived/keepalived.conf", 0o600)]
}

fn priority(rank: usize) -> usize {
    if rank == 0 { FIRST } else { (SECOND + 1).saturating_sub(rank).max(PENALTY + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_control_plane_is_below_every_working_one() {
        let working = (0..50).map(priority);
        let broken = FIRST - PENALTY;
        assert!(working.clone().all(|priority| priority > broken && priority < 255));
        assert!(working.clone().zip(working.skip(1)).all(|(one, next)| one > next));
    }
}
