//! Pods of the cluster of two hosts, one on each, that answer, ask, and look at their host's disk.

use crate::trial::Trial;
use std::time::Duration;

/// The hosts that have one.
const HOSTS: [&str; 2] = ["host01", "host02"];
/// Emulated on two cores that other things may use as well.
const LIMIT: Duration = Duration::from_secs(600);

/// Starts them, and waits until they run and their logs can be read.
pub fn start(trial: &Trial) {
    for host in HOSTS {
        trial.apply(&include_str!("probe.yaml").replace("NODE", host));
    }
    for host in HOSTS {
        let pod = format!("pod/web-{host}");
        trial.until(LIMIT, &["get", &pod, "-o", "jsonpath={.status.phase}"], |phase| phase == "Running");
        // logs go through kubelet's serving certificate
        let said = format!("this is web-{host}\n");
        trial.until(LIMIT, &["logs", &pod], |log| log == said);
    }
}
