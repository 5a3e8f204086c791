//! Following all hosts until their cluster stands: what their agents say, and what the API says of their nodes.

use super::api::Api;
use super::lab::Lab;
use crate::Result;
use crate::cluster::Cluster;
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::node::status::{State, Status};
use crate::qemu::console;
use crate::qemu::guest::whole_lines;
use crate::report::Report;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(1);
/// Rounds between two questions to the API, which has other things to do.
const API_EVERY: u32 = 5;
/// What the agent's lines on the console begin with.
const AGENT: &str = "imgbuild-node: ";
/// How much of a stuck host's console an error shows.
const TAIL_LINES: usize = 15;

/// Shows what the hosts do and returns their last reports once all agents are done and all nodes Ready. What was
/// reported in a boot of `past` does not count.
///
/// # Errors
/// After `limit`, if an agent gives up, or if a machine ends: says for each host where it stands.
pub fn follow(
    cluster: &Cluster,
    lab: &Lab,
    api: &Api,
    past: &BTreeSet<String>,
    limit: Duration,
    report: &Report,
) -> Result<Vec<Status>> {
    let (shown, ready) = (BTreeMap::new(), BTreeMap::new());
    let mut follower = Follower { cluster, lab, api, report, past, shown, ready };
    let waiting = Stopwatch::new();
    for round in 0.. {
        follower.show_consoles();
        if round % API_EVERY == 0 {
            follower.ask();
        }
        if follower.is_done() {
            return Ok(follower.statuses());
        }
        if let Some(reason) = follower.stuck() {
            return Err(follower.fault(&reason));
        }
        if waiting.elapsed() > limit {
            return Err(follower.fault(&format!("the cluster does not stand after {} s", limit.as_secs())));
        }
        std::thread::sleep(INTERVAL);
    }
    unreachable!("the rounds have no end")
}

struct Follower<'a> {
    cluster: &'a Cluster,
    lab: &'a Lab,
    api: &'a Api,
    report: &'a Report,
    /// Boots that had ended before.
    past: &'a BTreeSet<String>,
    /// How many lines of each host's console were looked at.
    shown: BTreeMap<&'a str, usize>,
    /// Nodes that the API knows.
    ready: BTreeMap<String, bool>,
}

impl<'a> Follower<'a> {
    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.cluster.hosts.iter().map(|host| host.name.as_str())
    }

    fn show_consoles(&mut self) {
        for name in self.names() {
            let console = read(&self.lab.console(name));
            let seen = self.shown.entry(name).or_default();
            for line in whole_lines(&console).skip(*seen) {
                *seen += 1;
                let plain = console::plain(line);
                if let Some((_, said)) = plain.split_once(AGENT) {
                    self.report.step(said.trim_end());
                }
            }
        }
    }

    /// An API that does not answer yet is what most of the time is spent waiting for.
    fn ask(&mut self) {
        let Ok(nodes) = self.api.nodes() else { return };
        for (name, ready) in &nodes {
            if *ready && self.ready.get(name) != Some(ready) {
                self.report.step(format!("{name}: Ready"));
            }
        }
        self.ready = nodes;
    }

    fn is_done(&self) -> bool {
        self.names().all(|name| self.has_reported(name, State::Done) && self.ready.get(name) == Some(&true))
    }

    fn stuck(&self) -> Option<String> {
        let off = self.names().find(|name| !self.lab.machine(name).is_running());
        let failed = || {
            let failed = |name: &&str| self.has_reported(name, State::Failed);
            self.names().find(failed).map(|name| format!("`{name}` has given up"))
        };
        off.map(|name| format!("the machine of `{name}` ended")).or_else(failed)
    }

    /// Whether that is the last word of the agent of `name`, and of this boot.
    fn has_reported(&self, name: &str, state: State) -> bool {
        self.status(name).is_some_and(|status| status.state == state && !self.past.contains(&status.boot_id))
    }

    fn statuses(&self) -> Vec<Status> {
        self.names().filter_map(|name| self.status(name)).collect()
    }

    fn status(&self, name: &str) -> Option<Status> {
        last_status(&read(&self.lab.status(name)))
    }

    fn fault(&self, reason: &str) -> anyhow::Error {
        let mut message = format!("{reason}; this is where the hosts stand:");
        for name in self.names() {
            let _ = write!(message, "\n  {name}: {}", self.standing(name));
        }
        let hint = format!("the consoles are in `{}`", self.lab.folder().display());
        Fault::child(message).hint(hint).into()
    }

    fn standing(&self, name: &str) -> String {
        if self.ready.get(name) == Some(&true) {
            return "Ready".to_owned();
        }
        let Some(status) = self.status(name) else {
            let tail = console::tail(&read(&self.lab.console(name)), TAIL_LINES);
            return format!("its agent has not reported; its console ends with:{tail}");
        };
        let error = Some(status.last_error.as_str()).filter(|error| !error.is_empty());
        let error = error.map(|error| format!(": {error}")).unwrap_or_default();
        format!("{}, {} (try {}){error}", status.phase, status.step, status.attempts)
    }
}

/// The last boot, as the kernel identifies it, of each host that is off: what was reported in it says nothing of the
/// next one.
pub fn past_boots(cluster: &Cluster, lab: &Lab) -> BTreeSet<String> {
    let off = cluster.hosts.iter().filter(|host| !lab.machine(&host.name).is_running());
    let last = off.filter_map(|host| last_status(&read(&lab.status(&host.name))));
    last.map(|status| status.boot_id).collect()
}

/// The last whole line of a status log that is one; a power cut may have left half a line.
pub fn last_status(log: &str) -> Option<Status> {
    let lines: Vec<&str> = whole_lines(log).collect();
    lines.iter().rev().find_map(|line| serde_json::from_str(line).ok())
}

fn read(path: &std::path::Path) -> String {
    String::from_utf8_lossy(&fs_err::read(path).unwrap_or_default()).into_owned()
}
