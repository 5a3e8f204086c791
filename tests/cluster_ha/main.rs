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
    a_destroyed_host_rejoins(&trial, "host04");
    // its member of etcd is still listed, and has to go before the new one can vote
    a_destroyed_host_rejoins(&trial, "host02");
    all_members_vote(&trial);
}

/// As the etcd of host03 knows them, which is never destroyed.
fn all_members_vote(trial: &Trial) {
    trial.apply(&include_str!("../cluster/etcdctl.yaml").replace("NODE", "host03"));
    let list = ["exec", "etcdctl-host03", "--", "etcdctl", "member", "list"];
    let vote = |members: &str| ["host01", "host02", "host03"].iter().all(|host| has_voter(members, host));
    trial.until(LIMIT, &list, |members| members.lines().count() == 3 && vote(members));
}

/// The last field of a member's line says whether it is a learner.
fn has_voter(members: &str, host: &str) -> bool {
    let votes = |line: &str| line.contains(", started, ") && line.contains(host) && line.ends_with(", false");
    members.lines().any(votes)
}

/// keepalived gives the address to the first control plane as long as that one is there.
fn the_endpoint_moves(trial: &Trial) {
    trial.power_off(&["--host", "host01"]);
    let gone = |nodes: &str| nodes.contains("host01 Unknown") && nodes.contains("host04 True");
    trial.until(LIMIT, &["get", "nodes", "-o", READY], gone);
    assert_eq!(trial.boot(&["--resume", "--limit", "1800"]), 0, "host01:\n{}", trial.console("host01"));
}

fn a_destroyed_host_rejoins(trial: &Trial, host: &str) {
    trial.power_off(&["--host", host]);
    trial.kubectl(&["delete", "node", host]);
    trial.render(&["--rotate"]);
    trial.kubectl(&["apply", "-f", trial.file("../tokens.yaml").to_str().unwrap()]);
    let code = trial.boot(&["--resume", "--replace", host, "--limit", "2400"]);
    assert_eq!(code, 0, "{host}:\n{}", trial.console(host));
    assert!(trial.kubectl(&["get", "nodes", "-o", READY]).contains(&format!("{host} True")));
}
