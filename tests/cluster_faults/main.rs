//! What may go wrong in a first boot: each ends in a cluster, or in a reason that the host names.
//!
//! Takes hours where machines are emulated, so it is run by `make e2e-faults`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

use std::time::Duration;
use trial::Trial;

const BOOT: Duration = Duration::from_secs(1200);

/// Powered off as soon as host01 has begun each of these steps.
#[test]
fn power_cuts_during_init_and_join_are_survived() {
    let trial = Trial::prepare("two");
    assert_eq!(trial.boot(&["--detach"]), 0);
    for step in ["kubeconfig", "etcd", "upload-config"] {
        trial.until_status(BOOT, "host01", |status| status.step.contains(step));
        trial.power_off(&["--host", "host01"]);
        assert_eq!(trial.boot(&["--resume", "--detach"]), 0);
    }
    trial.until_status(BOOT, "host02", |status| status.step.contains("kubeadm"));
    trial.power_off(&["--host", "host02"]);
    assert_eq!(trial.boot(&["--resume", "--limit", "2400"]), 0, "{}", trial.console("host01"));
}

#[test]
fn a_worker_waits_for_a_late_control_plane_whatever_its_clock_shows() {
    let trial = Trial::prepare("two");
    let an_hour_ahead = trial::time("+1 hour");
    let options = ["--delay", "host01=600", "--clock", &format!("host02={an_hour_ahead}"), "--limit", "3600"];
    assert_eq!(trial.boot(&options), 0, "host02:\n{}", trial.console("host02"));
}

#[test]
fn data_of_another_cluster_is_refused_with_its_reason() {
    let trial = Trial::prepare("two");
    assert_eq!(trial.boot(&["--limit", "2400"]), 0, "{}", trial.console("host01"));
    trial.kubectl(&["delete", "node", "host02"]);
    trial.give_data_of_another_cluster("host02");
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach"]), 0);
    trial.until_status(BOOT, "host02", |status| status.last_error.contains("CA"));
}

#[test]
fn a_token_that_the_cluster_does_not_know_is_named() {
    let trial = Trial::prepare("two");
    assert_eq!(trial.boot(&["--limit", "2400"]), 0, "{}", trial.console("host01"));
    trial.kubectl(&["delete", "node", "host02"]);
    let tokens = ["--field-selector", "type=bootstrap.kubernetes.io/token"];
    trial.kubectl(&[&["-n", "kube-system", "delete", "secrets"][..], &tokens].concat());
    assert_eq!(trial.boot(&["--resume", "--replace", "host02", "--detach"]), 0);
    trial.until_status(BOOT, "host02", |status| status.last_error.contains("token"));
}

#[test]
fn a_disk_that_is_full_is_named() {
    let trial = Trial::prepare("two");
    assert_eq!(trial.boot(&["--detach", "--host-disk", "4GiB"]), 0);
    trial.until_status(BOOT, "host01", |status| status.last_error.contains("no space left"));
}
