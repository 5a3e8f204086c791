//! What may go wrong in a first boot: each ends in a cluster, or in a reason that the host names.
//!
//! Takes more than an hour where machines are emulated, so it is run by `make e2e-faults`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../cluster/leftovers.rs"]
mod leftovers;
#[path = "../cluster/probes.rs"]
mod probes;
#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

use imgbuild::node::status::Status;
use std::time::Duration;
use trial::Trial;

const BOOT: Duration = Duration::from_secs(1200);
/// The step that waits for the first control plane's own API server.
const API_SERVER: &str = "own API server";
/// Places of the first control plane: before there is an etcd, when kubelet is told of it, when it has run, and when
/// the API server has.
const INIT_CUTS: [fn(&Status) -> bool; 4] = [
    |status| status.step.contains("kubeconfig"),
    |status| status.step == API_SERVER,
    etcd_has_run,
    |status| status.step.contains("upload-config"),
];

#[test]
fn a_first_boot_converges_or_names_its_reason() {
    let trial = Trial::prepare("two");
    a_worker_is_ten_minutes_early_and_its_clock_an_hour_ahead(&trial);
    power_cuts_during_init_and_join_are_survived(&trial);
    no_join_secret_outlives_them(&trial);
    data_of_another_cluster_is_refused_with_its_reason(&trial);
    a_token_that_the_cluster_does_not_know_is_named(&trial);
}

/// All that time there is no endpoint to be reached.
fn a_worker_is_ten_minutes_early_and_its_clock_an_hour_ahead(trial: &Trial) {
    let clock = format!("host02={}", trial::time("+1 hour"));
    assert_eq!(trial.boot(&["--detach", "--delay", "host01=600", "--clock", &clock]), 0);
    trial.until_status(BOOT, "host02", |status| status.step.contains("endpoint"));
}

/// Powered off as soon as a host is at each of these places.
fn power_cuts_during_init_and_join_are_survived(trial: &Trial) {
    for place in INIT_CUTS {
        trial.until_status(BOOT, "host01", place);
        trial.power_off(&["--host", "host01"]);
        assert_eq!(trial.boot(&["--resume", "--detach"]), 0);
    }
    trial.until_status(BOOT, "host02", |status| status.step == "kubeadm join");
    the_endpoint_is_away_for_a_while(trial);
    // kubeadm has started kubelet, which waits for a certificate that a token has asked for
    let asked = ["get", "csr", "-o", "jsonpath={.items[*].spec.username}"];
    trial.until(BOOT, &asked, |names| names.contains("system:bootstrap:"));
    trial.power_off(&["--host", "host02"]);
    assert_eq!(trial.boot(&["--resume", "--limit", "2400"]), 0, "{}", trial.console("host01"));
}

/// An API server listens once etcd has answered it; until then whoever asks it is refused. Where all goes so fast that
/// nobody sees that, it is ready already.
fn etcd_has_run(status: &Status) -> bool {
    let listens = !status.last_error.is_empty() && !status.last_error.contains("refused");
    (status.step == API_SERVER && listens) || status.history.iter().any(|done| done.step == API_SERVER)
}

fn the_endpoint_is_away_for_a_while(trial: &Trial) {
    trial.power_off(&["--host", "host01"]);
    std::thread::sleep(Duration::from_secs(60));
    assert_eq!(trial.boot(&["--resume", "--detach"]), 0);
}

/// Not even what a join that was cut off had in use.
fn no_join_secret_outlives_them(trial: &Trial) {
    probes::start(trial);
    leftovers::no_join_secret(trial);
}

fn data_of_another_cluster_is_refused_with_its_reason(trial: &Trial) {
    trial.kubectl(&["delete", "node", "host02"]);
    trial.give_data_of_another_cluster("host02");
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach"]), 0);
    let why = "no certificate of this cluster's CA";
    trial.until_status(BOOT, "host02", |status| status.last_error.contains(why));
    trial.power_off(&["--host", "host02"]);
}

/// On a host whose clock is an hour behind. Once somebody gives the cluster its token, it joins.
fn a_token_that_the_cluster_does_not_know_is_named(trial: &Trial) {
    let tokens = ["--field-selector", "type=bootstrap.kubernetes.io/token"];
    trial.kubectl(&[&["-n", "kube-system", "delete", "secrets"][..], &tokens].concat());
    trial.render(&["--rotate"]);
    let clock = format!("host02={}", trial::time("-1 hour"));
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach", "--clock", &clock]), 0);
    let why = "does not know the bootstrap token";
    trial.until_status(BOOT, "host02", |status| status.last_error.contains(why));
    trial.kubectl(&["apply", "-f", trial.file("../tokens.yaml").to_str().unwrap()]);
    assert_eq!(trial.boot(&["--resume", "--limit", "2400"]), 0, "{}", trial.console("host02"));
}

#[test]
fn a_disk_that_is_full_is_named() {
    let trial = Trial::prepare("two");
    // hardly more than what the image itself takes: containerd's copies of the baked images do not fit
    assert_eq!(trial.boot(&["--detach", "--host-disk", "1600MiB"]), 0);
    trial.until_status(BOOT, "host01", |status| status.last_error.to_lowercase().contains("no space left"));
}
