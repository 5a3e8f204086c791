//! A worker as an Auto Scaling group starts it: AWS's user-data, the same for all, and EC2's metadata service. It joins
//! a cluster whose control plane is a machine beside it.
//!
//! Runs by `make e2e-ec2` only, in a network that has the metadata service's address and nothing else.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;
#[path = "../cluster/trial.rs"]
mod trial;

mod metadata;
mod worker;

use std::time::Duration;
use trial::Trial;
use worker::Worker;

const LIMIT: Duration = Duration::from_secs(1200);

#[test]
fn a_worker_finds_its_user_data_and_its_name_on_ec2() {
    let trial = Trial::standing("ec2", "2400");
    let asked = metadata::start(&user_data(&trial));
    let worker = Worker::start(&trial);
    is_ready(&trial, &worker);
    is_known_to_aws(&trial);
    assert!(asked.without_token() == 0, "IMDSv1 was asked {} times", asked.without_token());
}

/// Rendered for AWS, with the secrets of the cluster that is there.
fn user_data(trial: &Trial) -> Vec<u8> {
    let dist = tempfile::tempdir().unwrap();
    trial.render_into(dist.path(), "ec2_worker", &trial.secrets());
    std::fs::read(dist.path().join("ec2/pool.workers/user-data")).unwrap()
}

fn is_ready(trial: &Trial, worker: &Worker) {
    let ready = "jsonpath={.status.conditions[?(@.type=='Ready')].status}";
    let ask = ["get", "node", metadata::NAME, "-o", ready];
    let start = std::time::Instant::now();
    while trial.try_kubectl(&ask).stdout != "True" {
        assert!(start.elapsed() < LIMIT, "{}", worker.console());
        std::thread::sleep(Duration::from_secs(5));
    }
}

/// By its provider ID; and its serving certificate is approved, since its address lies in the pool's network.
fn is_known_to_aws(trial: &Trial) {
    let path = "jsonpath={.spec.providerID} {.status.addresses[?(@.type=='InternalIP')].address}";
    let known = trial.kubectl(&["get", "node", metadata::NAME, "-o", path]);
    assert_eq!(known, format!("aws:///{}/{} {}", metadata::ZONE, metadata::INSTANCE, metadata::ADDRESS));
    trial.until_certificates_are_approved(LIMIT);
}
