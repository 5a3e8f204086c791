//! Three control planes and a worker, all powered on at the same moment; then machines are lost.
//!
//! Takes the better part of an hour where machines are emulated, so it is run by `make e2e-ha`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

use std::time::Duration;
use trial::Trial;

const LIMIT: Duration = Duration::from_secs(900);
const READY: &str =
    "jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=='Ready')].status}\n{end}";

#[test]
fn three_control_planes_survive_the_loss_of_one() {
    let trial = Trial::standing("ha", "5400");
    let all = "host01 True\nhost02 True\nhost03 True\nhost04 True\n";
    trial.until(LIMIT, &["get", "nodes", "-o", READY], |nodes| nodes == all);
    all_members_vote(&trial);
    the_endpoint_moves(&trial);
    a_destroyed_host_rejoins(&trial);
}

fn all_members_vote(trial: &Trial) {
    trial.apply(&include_str!("../cluster/etcdctl.yaml").replace("NODE", "host02"));
    let list = ["exec", "etcdctl", "--", "etcdctl", "member", "list"];
    let members = trial.until(LIMIT, &list, |members| members.lines().count() == 3);
    for host in ["host01", "host02", "host03"] {
        let votes =
            |line: &str| line.contains(", started, ") && line.contains(host) && line.ends_with(", false");
        assert!(members.lines().any(votes), "{members}");
    }
}

/// keepalived gives the address to the first control plane as long as that one is there.
fn the_endpoint_moves(trial: &Trial) {
    trial.power_off(&["--host", "host01"]);
    let gone = |nodes: &str| nodes.contains("host01 Unknown") && nodes.contains("host04 True");
    trial.until(LIMIT, &["get", "nodes", "-o", READY], gone);
    assert_eq!(trial.boot(&["--resume", "--limit", "1800"]), 0, "host01:\n{}", trial.console("host01"));
}

fn a_destroyed_host_rejoins(trial: &Trial) {
    trial.power_off(&["--host", "host04"]);
    trial.kubectl(&["delete", "node", "host04"]);
    trial.render(&["--rotate"]);
    trial.kubectl(&["apply", "-f", trial.file("../tokens.yaml").to_str().unwrap()]);
    assert_eq!(
        trial.boot(&["--resume", "--replace", "host04", "--limit", "2400"]),
        0,
        "host04:\n{}",
        trial.console("host04")
    );
    assert!(trial.kubectl(&["get", "nodes", "-o", READY]).contains("host04 True"));
}
