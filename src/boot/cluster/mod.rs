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
use crate::cluster::{Cluster, Host};
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::node::status::Status;
use crate::report::Report;
use crate::size::ByteSize;
use crate::timeline::Timeline;
use crate::{Result, atomic};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How a cluster's machines are started.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long the cluster may take.
    pub limit: Duration,
    /// Machines go on with the disks that they have; otherwise all of them are new.
    pub resume: bool,
    /// Hosts that get an empty disk although the others go on.
    pub replace: BTreeSet<String>,
    /// Return when all machines are on.
    pub detach: bool,
    /// Hosts that are powered on later.
    pub delays: BTreeMap<String, Duration>,
    /// What clocks show at power-on.
    pub clocks: BTreeMap<String, String>,
    /// Size of new disks.
    pub disk: ByteSize,
}

/// Powers the machines of a cluster on and follows them until it stands; they go on running. Leaves a kubeconfig
/// and a time line in its lab. Members of pools, whom nobody names, are not among them.
///
/// # Errors
/// If it does not stand in time: says for each host where it is stuck. The time line is drawn all the same.
pub fn run(machines: &Machines<'_>, access: &Access, options: &Options, report: &Report) -> Result<()> {
    let (lab, cluster) = (&machines.lab, machines.cluster);
    if let Some(note) = left_out(cluster) {
        report.step(note);
    }
    access.write_kubeconfig(&lab.kubeconfig(), &cluster.name, machines.ports.api)?;
    let past = follow::past_boots(cluster, lab);
    power_on(machines, options, report)?;
    if options.detach {
        return Ok(());
    }
    let api = Api::new(access, machines.ports.api)?;
    let followed = follow::follow(cluster, lab, &api, &past, options.limit, report);
    let drawn = draw(cluster, lab);
    followed?;
    drawn
}

/// Refuses to begin anew while hosts run: ports, seeds and kubeconfig would be those of other machines.
pub fn refuse_running(cluster: &Cluster, lab: &Lab) -> Result<(), Fault> {
    if !cluster.hosts.iter().any(|host| lab.machine(&host.name).is_running()) {
        return Ok(());
    }
    let message = format!("hosts of `{}` are running already", cluster.name);
    Err(Fault::usage(message).hint("go on with `--resume`, or end them with `--stop`"))
}

/// What a user should know of pools, if the cluster has any.
fn left_out(cluster: &Cluster) -> Option<String> {
    if cluster.pools.is_empty() {
        return None;
    }
    let pools: Vec<String> = cluster.pools.keys().map(|name| format!("`{name}`")).collect();
    Some(format!("note: members of pools ({}) are not started, only hosts with names are", pools.join(", ")))
}

/// In the order in which they are to start; those without a delay all at the same moment.
fn power_on(machines: &Machines<'_>, options: &Options, report: &Report) -> Result<()> {
    let lab = &machines.lab;
    if !options.resume {
        lab.router().power_off()?; // its ports are those of the last time
    }
    for host in &machines.cluster.hosts {
        if !options.resume || options.replace.contains(&host.name) {
            lab.machine(&host.name).power_off()?;
            machines.renew(host, options.disk)?;
        }
    }
    machines.start_network()?;
    let delay = |host: &Host| options.delays.get(&host.name).copied().unwrap_or_default();
    let mut hosts: Vec<_> = machines.cluster.hosts.iter().collect();
    hosts.sort_by_key(|host| delay(host));
    let waiting = Stopwatch::new();
    for host in hosts {
        std::thread::sleep(delay(host).saturating_sub(waiting.elapsed()));
        machines.power_on(host, options.clocks.get(&host.name))?;
        report.step(format!("{}: powered on", host.name));
    }
    Ok(())
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

/// Pulls the plug of `hosts`, or of every machine of the cluster and its network if there are none.
pub fn power_off(cluster: &Cluster, lab: &Lab, hosts: &[String]) -> Result<()> {
    if hosts.is_empty() {
        cluster.hosts.iter().try_for_each(|host| lab.machine(&host.name).power_off())?;
        lab.router().power_off()?;
        lab.switch().power_off()?;
        return lab.remove_switch_folder();
    }
    hosts.iter().try_for_each(|host| lab.machine(host).power_off())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubeadm::testing as fixture;

    #[test]
    fn pools_are_said_to_be_left_out() {
        let mut cluster = fixture::cluster();
        let note = "note: members of pools (`batch`) are not started, only hosts with names are";
        assert_eq!(left_out(&cluster).as_deref(), Some(note));
        cluster.pools.clear();
        assert_eq!(left_out(&cluster), None);
    }

    #[test]
    fn what_a_host_that_is_off_has_reported_is_past() {
        let folder = tempfile::tempdir().unwrap();
        let (cluster, lab) = (fixture::cluster(), Lab::new(folder.path().to_owned()));
        assert!(follow::past_boots(&cluster, &lab).is_empty());
        let moment = r#"{"wall": 0, "uptime_ms": 0}"#;
        let status = format!(
            r#"{{"schema": 1, "revision": 9, "host": "host01", "role": "worker", "boot_id": "earlier",
                "state": "done", "phase": "done", "step": "", "since": {moment}, "attempts": 0, "last_error": "",
                "notes": [], "history": []}}"#
        );
        fs_err::write(lab.status("host01"), status.replace('\n', " ") + "\n").unwrap();
        assert_eq!(follow::past_boots(&cluster, &lab), ["earlier".to_owned()].into());
    }
}
