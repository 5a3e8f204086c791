//! What may go wrong in a first boot: each ends in a cluster, or in a reason that the host names.
//!
//! Takes the better part of an hour where machines are emulated, so it is run by `make e2e-faults`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

use std::time::Duration;
use trial::Trial;

const BOOT: Duration = Duration::from_secs(1200);

#[test]
fn a_first_boot_converges_or_names_its_reason() {
    let trial = Trial::prepare("two");
    a_worker_is_ten_minutes_early_and_its_clock_an_hour_ahead(&trial);
    power_cuts_during_init_and_join_are_survived(&trial);
    data_of_another_cluster_is_refused_with_its_reason(&trial);
    a_token_that_the_cluster_does_not_know_is_named(&trial);
}

/// All that time there is no endpoint to be reached.
fn a_worker_is_ten_minutes_early_and_its_clock_an_hour_ahead(trial: &Trial) {
    let clock = format!("host02={}", trial::time("+1 hour"));
    assert_eq!(trial.boot(&["--detach", "--delay", "host01=600", "--clock", &clock]), 0);
    trial.until_status(BOOT, "host02", |status| status.step.contains("endpoint"));
}

/// Powered off as soon as a host has begun each of these steps.
fn power_cuts_during_init_and_join_are_survived(trial: &Trial) {
    for step in ["kubeconfig", "control-plane", "own API server", "upload-config"] {
        trial.until_status(BOOT, "host01", |status| status.step.contains(step));
        trial.power_off(&["--host", "host01"]);
        assert_eq!(trial.boot(&["--resume", "--detach"]), 0);
    }
    trial.until_status(BOOT, "host02", |status| status.step.contains("kubeadm"));
    the_endpoint_is_away_for_a_while(trial);
    trial.power_off(&["--host", "host02"]);
    assert_eq!(trial.boot(&["--resume", "--limit", "2400"]), 0, "{}", trial.console("host01"));
}

fn the_endpoint_is_away_for_a_while(trial: &Trial) {
    trial.power_off(&["--host", "host01"]);
    std::thread::sleep(Duration::from_secs(60));
    assert_eq!(trial.boot(&["--resume", "--detach"]), 0);
}

fn data_of_another_cluster_is_refused_with_its_reason(trial: &Trial) {
    trial.kubectl(&["delete", "node", "host02"]);
    trial.give_data_of_another_cluster("host02");
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach"]), 0);
    let why = "no certificate of this cluster's CA";
    trial.until_status(BOOT, "host02", |status| status.last_error.contains(why));
    trial.power_off(&["--host", "host02"]);
}

fn a_token_that_the_cluster_does_not_know_is_named(trial: &Trial) {
    let tokens = ["--field-selector", "type=bootstrap.kubernetes.io/token"];
    trial.kubectl(&[&["-n", "kube-system", "delete", "secrets"][..], &tokens].concat());
    trial.render(&[]);
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach"]), 0);
    trial.until_status(BOOT, "host02", |status| status.last_error.contains("token"));
}

#[test]
fn a_disk_that_is_full_is_named() {
    let trial = Trial::prepare("two");
    // hardly more than what the image itself takes: containerd's copies of the baked images do not fit
    assert_eq!(trial.boot(&["--detach", "--host-disk", "1600MiB"]), 0);
    trial.until_status(BOOT, "host01", |status| status.last_error.to_lowercase().contains("no space left"));
}
