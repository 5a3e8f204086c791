//! Three control planes and a worker, all powered on at the same moment; then machines are lost.
//!
//! Takes the better part of an hour where machines are emulated, so it is run by `make e2e-ha`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

use std::time::{Duration, Instant};
use trial::Trial;

const LIMIT: Duration = Duration::from_secs(900);
const CONTROL_PLANES: [&str; 3] = ["host01", "host02", "host03"];
/// Where `clusters/archive.yaml` has the API.
const ENDPOINT: &str = "192.168.61.10";
const READY: &str =
    "jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=='Ready')].status}\n{end}";

#[test]
fn three_control_planes_survive_the_loss_of_one() {
    let trial = Trial::standing("ha", "5400");
    let all = "host01 True\nhost02 True\nhost03 True\nhost04 True\n";
    trial.until(LIMIT, &["get", "nodes", "-o", READY], |nodes| nodes == all);
    let members = all_members_vote(&trial);
    the_endpoint_moves(&trial);
    a_destroyed_host_rejoins(&trial, "host04");
    // its member of etcd is still listed, and has to go before the new one can vote
    a_destroyed_host_rejoins(&trial, "host02");
    let later = all_members_vote(&trial);
    assert_ne!(id(&members, "host02"), id(&later, "host02"), "host02 has the member that it lost");
}

/// As the etcd of host03 knows them, which is never destroyed; returns its list. A member that is down is listed like
/// one that runs, so each is asked as well whether it can write.
fn all_members_vote(trial: &Trial) -> String {
    look_from(trial, "host03");
    let etcdctl = ["exec", "etcdctl-host03", "--", "etcdctl", "--dial-timeout=20s", "--command-timeout=60s"];
    let vote = |members: &str| CONTROL_PLANES.iter().all(|host| has_voter(members, host));
    let list = [&etcdctl[..], &["member", "list"]].concat();
    let members = trial.until(LIMIT, &list, |members| members.lines().count() == 3 && vote(members));
    let health = [&etcdctl[..], &["endpoint", "health", "--cluster"]].concat();
    trial.until(LIMIT, &health, |_| true);
    members
}

/// Puts a pod on `host` that has etcdctl, and the host's own network.
fn look_from(trial: &Trial, host: &str) {
    trial.apply(&include_str!("../cluster/etcdctl.yaml").replace("NODE", host));
}

/// The last field of a member's line says whether it is a learner.
fn has_voter(members: &str, host: &str) -> bool {
    let votes = |line: &str| line.contains(", started, ") && line.contains(host) && line.ends_with(", false");
    members.lines().any(votes)
}

/// The first field of the line of `host`.
fn id<'a>(members: &'a str, host: &str) -> Option<&'a str> {
    members.lines().find(|line| line.contains(host))?.split(", ").next()
}

/// The machine with the endpoint's address is lost, and the API answers there again.
fn the_endpoint_moves(trial: &Trial) {
    let host = holder(trial);
    let before = trial.status(host).unwrap();
    trial.power_off(&["--host", host]);
    // whoever says so has seen it go
    let lost = format!("{host} Unknown");
    let gone = |nodes: &str| nodes.contains(&lost) && nodes.contains("host04 True");
    trial.until(LIMIT, &["get", "nodes", "-o", READY], gone);
    assert_eq!(trial.boot(&["--resume", "--limit", "1800"]), 0, "{host}:\n{}", trial.console(host));
    trial.is_there_again(LIMIT, &before);
}

/// The control plane whose card has the endpoint's address: the first one as a rule, another where that is too slow.
fn holder(trial: &Trial) -> &'static str {
    for host in CONTROL_PLANES {
        look_from(trial, host);
    }
    let start = Instant::now();
    loop {
        if let Some(host) = CONTROL_PLANES.into_iter().find(|host| has_endpoint(trial, host)) {
            return host;
        }
        assert!(start.elapsed() < LIMIT, "no control plane has {ENDPOINT}");
        std::thread::sleep(Duration::from_secs(2));
    }
}

/// By the kernel's table of the addresses of `host`.
fn has_endpoint(trial: &Trial, host: &str) -> bool {
    let pod = format!("etcdctl-{host}");
    let said = trial.try_kubectl(&["exec", &pod, "--", "busybox", "cat", "/proc/net/fib_trie"]);
    said.code == 0 && said.stdout.contains(&format!("|-- {ENDPOINT}\n"))
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
