//! Approves kubelets' serving certificates, within the bounds of the host list. Kubernetes leaves that to whoever
//! runs the cluster, since only they know which node may have which address; without it `kubectl logs`, `exec`
//! and metrics do not work. It goes on for ever, since certificates are renewed.

mod decide;
mod request;

pub use decide::{Decision, decide};
pub use request::Request;

use super::configuration::NodeConfiguration;
use super::console;
use super::kubectl::ADMIN;
use crate::Result;
use crate::process::Tool;
use crate::report;
use anyhow::Context as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

/// The watch ends after this many seconds and begins anew: a connection may die without anybody noticing.
const WATCH_SECONDS: &str = "900";
/// Between two watches.
const PAUSE: Duration = Duration::from_secs(5);

/// Approves what may be approved, for ever.
pub fn run(configuration: &NodeConfiguration) -> ! {
    let mut said = BTreeMap::new();
    let mut trouble = String::new();
    loop {
        let ended = watch(configuration, &mut said);
        let now = ended.err().map(|error| format!("{error:#}")).unwrap_or_default();
        if !now.is_empty() && now != trouble {
            report::line(&format!("approver: {now}"));
        }
        trouble = now;
        std::thread::sleep(PAUSE);
    }
}

/// Follows all requests until kubectl ends.
fn watch(configuration: &NodeConfiguration, said: &mut BTreeMap<String, String>) -> Result<()> {
    let kubectl = Tool::on_host("timeout").args([WATCH_SECONDS, "kubectl", "--kubeconfig", ADMIN]);
    let tool = kubectl.args(["get", "certificatesigningrequests", "--watch", "--output=json"]);
    let mut child = tool.spawn(Stdio::null(), Stdio::piped(), Stdio::null())?;
    let stdout = child.stdout.take().context("a piped child has no stdout")?;
    let followed = follow(stdout, configuration, said, &approve);
    let _ = child.kill();
    child.wait()?;
    followed
}

/// Decides on every request that comes from `stream`, a sequence of JSON documents, and approves by `approve`;
/// what is left pending is said once, with the reason.
pub fn follow(
    stream: impl Read,
    configuration: &NodeConfiguration,
    said: &mut BTreeMap<String, String>,
    approve: &dyn Fn(&str) -> Result<()>,
) -> Result<()> {
    for document in serde_json::Deserializer::from_reader(std::io::BufReader::new(stream)).into_iter() {
        let document: Value = document.context("reading certificate requests")?;
        for item in items(&document) {
            consider(item, configuration, said, approve);
        }
    }
    Ok(())
}

fn items(document: &Value) -> Vec<&Value> {
    match document["items"].as_array() {
        Some(items) => items.iter().collect(),
        None => vec![document],
    }
}

fn consider(
    item: &Value,
    configuration: &NodeConfiguration,
    said: &mut BTreeMap<String, String>,
    approve: &dyn Fn(&str) -> Result<()>,
) {
    let Some(name) = item["metadata"]["name"].as_str() else { return };
    let line = match decide(item, configuration) {
        Decision::NotOurs => return,
        Decision::Approve(node) => match approve(name) {
            Ok(()) => format!("serving certificate of `{node}` approved"),
            Err(error) => format!("serving certificate of `{node}`: {error:#}"),
        },
        Decision::Leave(why) => {
            format!("certificate request `{}` is left pending: {why}", name.escape_debug())
        }
    };
    if said.get(name) != Some(&line) {
        console::say(&line);
        said.insert(name.to_owned(), line);
    }
}

fn approve(name: &str) -> Result<()> {
    let kubectl = Tool::on_host("timeout").args(["60", "kubectl", "--kubeconfig", ADMIN]);
    kubectl.args(["certificate", "approve", "--", name]).run()
}

#[cfg(test)]
mod tests;
