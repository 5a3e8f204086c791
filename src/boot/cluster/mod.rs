//! All hosts of a cluster side by side in one private network, from their first boot until all are Ready.

pub mod access;
mod api;
mod follow;
pub mod lab;
mod machines;
pub mod ports;

pub use follow::last_status;
pub use machines::{Machines, seed};

use self::access::Access;
use self::api::Api;
use self::lab::Lab;
use crate::Result;
use crate::node::status::Status;
use crate::report::Report;
use crate::timeline::Timeline;
use crate::{atomic, cluster::Cluster};
use std::time::Duration;

/// Follows the machines of a cluster until it stands; leaves a kubeconfig and a time line in its lab.
///
/// # Errors
/// If it does not stand within `limit`: says for each host where it is stuck. The time line is drawn all the same.
pub fn follow(machines: &Machines<'_>, access: &Access, limit: Duration, report: &Report) -> Result<()> {
    let (lab, cluster) = (&machines.lab, machines.cluster);
    access.write_kubeconfig(&lab.kubeconfig(), &cluster.name, machines.ports.api)?;
    let api = Api::new(access, machines.ports.api)?;
    let followed = follow::follow(cluster, lab, &api, limit, report);
    draw(cluster, lab)?;
    followed.map(drop)
}

/// Draws what the hosts have reported so far.
fn draw(cluster: &Cluster, lab: &Lab) -> Result<()> {
    let statuses = cluster.hosts.iter().filter_map(|host| {
        let log = fs_err::read_to_string(lab.status(&host.name)).ok()?;
        last_status(&log)
    });
    let statuses: Vec<Status> = statuses.collect();
    atomic::write(&lab.timeline(), Timeline::of(&statuses).to_svg(&cluster.name))
}

/// Powers off every machine of the cluster and its network.
pub fn power_off(cluster: &Cluster, lab: &Lab) -> Result<()> {
    let hosts = cluster.hosts.iter().map(|host| lab.machine(&host.name));
    hosts.chain([lab.router()]).try_for_each(|machine| machine.power_off())
}
