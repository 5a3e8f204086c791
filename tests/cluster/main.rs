//! Clusters that make themselves: real images in real machines, real kubeadm, nobody driving.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

mod addon;
mod leftovers;
mod probes;
mod trial;

use std::time::Duration;
use trial::Trial;

const HOSTS: [&str; 2] = ["host01", "host02"];
/// Emulated on two cores that other things may use as well.
const POD_LIMIT: Duration = Duration::from_secs(600);

#[test]
fn two_hosts_become_a_cluster() {
    let trial = Trial::standing("two", "2400");
    all_hold(
        &trial,
        &[
            ("both are ready", both_are_ready),
            ("serving certificates are approved", serving_certificates_are_approved),
            ("probes run", probes::start),
            ("pods reach each other", pods_reach_each_other),
            ("no join secret is left", leftovers::no_join_secret),
            ("the token ends", the_token_ends),
            ("filled-in addons are accepted", filled_in_addons_are_accepted),
            ("nothing runs again", nothing_runs_again),
        ],
    );
}

#[test]
fn an_addon_goes_the_whole_way() {
    let trial = Trial::standing("addon", "3600");
    all_hold(
        &trial,
        &[
            ("the addon went the whole way", addon::went_the_whole_way),
            ("the addon is applied again when edited", addon::is_applied_again_when_edited),
        ],
    );
}

/// What is to hold, and how to find out.
type Check = (&'static str, fn(&Trial));

/// Checks these in order, saying which one is on: each may take minutes.
fn all_hold(trial: &Trial, checks: &[Check]) {
    for (what, check) in checks {
        eprintln!("{what}?");
        check(trial);
    }
}

fn both_are_ready(trial: &Trial) {
    let jsonpath =
        "jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=='Ready')].status}\n{end}";
    assert_eq!(trial.kubectl(&["get", "nodes", "-o", jsonpath]), "host01 True\nhost02 True\n");
    let svg = std::fs::read_to_string(trial.file("timeline.svg")).unwrap();
    assert!(HOSTS.iter().all(|host| svg.contains(&format!(">{host}<"))), "{svg}");
}

fn serving_certificates_are_approved(trial: &Trial) {
    trial.until_certificates_are_approved(POD_LIMIT);
}

fn pods_reach_each_other(trial: &Trial) {
    for (from, to) in [(HOSTS[0], HOSTS[1]), (HOSTS[1], HOSTS[0])] {
        let pod = trial.kubectl(&["get", "pod", &format!("web-{to}"), "-o", "jsonpath={.status.podIP}"]);
        let service =
            trial.kubectl(&["get", "service", &format!("web-{to}"), "-o", "jsonpath={.spec.clusterIP}"]);
        for (address, port) in [(pod, 8080), (service, 80)] {
            // not wget: a static one crashes where it would look names up
            let ask = format!("printf 'GET / HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 20 {address} {port}");
            let ask = ["exec", &format!("web-{from}"), "--", "sh", "-c", &ask];
            trial.until(POD_LIMIT, &ask, |answer| answer.ends_with(&format!("\r\n\r\nthis is web-{to}\n")));
        }
    }
}

/// The tokens are in the cluster, and end when the definition says: a day after the first boot.
fn the_token_ends(trial: &Trial) {
    let template = "{{range .items}}{{if eq .type \"bootstrap.kubernetes.io/token\"}}\
                    {{.data.expiration | base64decode}}\n{{end}}{{end}}";
    let template = format!("go-template={template}");
    let ends = trial.kubectl(&["-n", "kube-system", "get", "secrets", "-o", &template]);
    let (first, last) = (trial::time("+22 hours"), trial::time("+1 day"));
    assert_eq!(ends.lines().count(), 2, "one for control planes, one for workers: {ends}");
    let right = |end: &str| first.as_str() < end && end < last.as_str();
    assert!(ends.lines().all(right), "{ends} not within {first} and {last}");
}

/// What imgbuild fills in of a shipped addon, asked of the API server; nothing is made of it. Of Calico's, which is a
/// resource of Calico's own, this cluster has no definition.
fn filled_in_addons_are_accepted(trial: &Trial) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/addons/kubelet-csr-approver.yaml");
    let apply = ["apply", "--server-side", "--dry-run=server", "--filename", file];
    trial.until(POD_LIMIT, &apply, |said| said.matches("(server dry run)").count() == 4);
    let made = trial.kubectl(&["--namespace", "kube-system", "get", "deployments", "--output=name"]);
    assert!(!made.contains("kubelet-csr-approver"), "{made}");
}

/// A second boot of a host that has joined does nothing but be there again.
fn nothing_runs_again(trial: &Trial) {
    let steps_said = || trial.console("host02").matches("kubeadm").count();
    let (before, said) = (trial.status("host02").unwrap(), steps_said());
    trial.power_off(&["--host", "host02"]);
    assert_eq!(trial.boot(&["--resume", "--limit", "900"]), 0, "host02:\n{}", trial.console("host02"));
    trial.is_there_again(POD_LIMIT, &before);
    assert_eq!(steps_said(), said);
}
