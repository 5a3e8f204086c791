//! Clusters that make themselves: real images in real machines, real kubeadm, nobody driving.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

mod addon;
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
            ("probes run", start_probes),
            ("pods reach each other", pods_reach_each_other),
            ("no join secret is left", no_join_secret_is_left),
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

fn start_probes(trial: &Trial) {
    for host in HOSTS {
        trial.apply(&include_str!("probe.yaml").replace("NODE", host));
    }
    for host in HOSTS {
        let pod = format!("pod/web-{host}");
        trial.until(POD_LIMIT, &["get", &pod, "-o", "jsonpath={.status.phase}"], |phase| phase == "Running");
        // logs go through kubelet's serving certificate
        let said = format!("this is web-{host}\n");
        trial.until(POD_LIMIT, &["logs", &pod], |log| log == said);
    }
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

/// Looks for the secrets themselves, wherever they may have been copied to on the host.
fn no_join_secret_is_left(trial: &Trial) {
    let secrets = JoinSecrets::read(trial);
    for (host, forbidden) in [("host01", &secrets.tokens), ("host02", &secrets.all())] {
        let there = ["nowhere at all".to_owned(), "apiVersion".to_owned()];
        assert_ne!(files_with(trial, host, &there), "", "the search finds nothing, whatever it looks for");
        assert_eq!(files_with(trial, host, forbidden), "", "secrets on {host}");
    }
}

/// Files of `host` that hold one of `patterns`, wherever something of its first boot may have been kept; what is
/// mounted there belongs to containers.
fn files_with(trial: &Trial, host: &str, patterns: &[String]) -> String {
    let patterns = patterns.join("\n");
    let script = format!(
        "busybox find /host/etc /host/root /host/run /host/tmp /host/var/lib/cloud /host/var/lib/kubelet \
         /host/var/lib/imgbuild/*.json /host/var/log /host/var/tmp -xdev -type f \
         -exec busybox grep -lF '{patterns}' {{}} + 2>/dev/null; true"
    );
    trial.kubectl(&["exec", &format!("web-{host}"), "--", "sh", "-c", &script])
}

/// What a host needs to join and must not keep.
struct JoinSecrets {
    tokens: Vec<String>,
    keys: Vec<String>,
}

impl JoinSecrets {
    /// From the text of the secrets' file: tokens in whatever field, and a line of each private key.
    fn read(trial: &Trial) -> Self {
        let text = std::fs::read_to_string(trial.secrets()).unwrap();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "./+=-".contains(c)));
        let is_token =
            |word: &str| word.split_once('.').is_some_and(|(id, secret)| id.len() == 6 && secret.len() == 16);
        let tokens: Vec<String> = words.filter(|word| is_token(word)).map(str::to_owned).collect();
        let first_line_of_key = |pem: &str| {
            let (head, body) = pem.split_once('\n')?;
            head.contains("PRIVATE KEY").then(|| body.lines().next().unwrap_or_default().trim().to_owned())
        };
        let keys: Vec<String> = text.split("-----BEGIN").filter_map(first_line_of_key).collect();
        assert!(!tokens.is_empty() && !keys.is_empty(), "the secrets' file has neither tokens nor keys");
        Self { tokens, keys }
    }

    fn all(&self) -> Vec<String> {
        self.tokens.iter().chain(&self.keys).cloned().collect()
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
    let before = trial.console("host02").matches("kubeadm").count();
    trial.power_off(&["--host", "host02"]);
    assert_eq!(trial.boot(&["--resume", "--limit", "900"]), 0, "host02:\n{}", trial.console("host02"));
    both_are_ready(trial);
    assert_eq!(trial.console("host02").matches("kubeadm").count(), before);
}
