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
use std::io::{BufReader, Read};
use std::process::Stdio;
use std::time::Duration;

/// The watch ends after this many seconds and begins anew: a connection may die without anybody noticing.
const WATCH_SECONDS: &str = "900";
/// Between two watches.
const PAUSE: Duration = Duration::from_secs(5);
/// Of so many requests it is remembered what was said; then all are forgotten, and what is still there is said again.
/// Any node may make requests for ever.
const REMEMBERED: usize = 4096;

/// Approves what may be approved, for ever.
pub fn run(configuration: &NodeConfiguration) -> ! {
    let mut approver = Approver::new(configuration, &approve, &console::say);
    let mut trouble = String::new();
    loop {
        let now = watch(&mut approver).err().map(|error| format!("{error:#}")).unwrap_or_default();
        if !now.is_empty() && now != trouble {
            report::line(&format!("approver: {now}"));
        }
        trouble = now;
        std::thread::sleep(PAUSE);
    }
}

/// Follows all requests until kubectl ends.
fn watch(approver: &mut Approver) -> Result<()> {
    let kubectl = Tool::on_host("timeout").args([WATCH_SECONDS, "kubectl", "--kubeconfig", ADMIN]);
    let tool = kubectl.args(["get", "certificatesigningrequests", "--watch", "--output=json"]);
    let mut child = tool.spawn(Stdio::null(), Stdio::piped(), Stdio::null())?;
    let stdout = child.stdout.take().context("a piped child has no stdout")?;
    let followed = approver.follow(stdout);
    // after a document that makes no sense kubectl would go on
    let _ = child.kill();
    child.wait()?;
    followed
}

fn approve(name: &str) -> Result<()> {
    let kubectl = Tool::on_host("timeout").args(["60", "kubectl", "--kubeconfig", ADMIN]);
    kubectl.args(["certificate", "approve", "--", name]).run()
}

/// Decides on requests as they come, and says each decision once, as far as it remembers.
pub struct Approver<'a> {
    configuration: &'a NodeConfiguration,
    approve: &'a dyn Fn(&str) -> Result<()>,
    say: &'a dyn Fn(&str),
    said: BTreeMap<String, String>,
}

impl<'a> Approver<'a> {
    /// Goes by the host list of `configuration`, approves a request by its name with `approve`.
    pub fn new(
        configuration: &'a NodeConfiguration,
        approve: &'a dyn Fn(&str) -> Result<()>,
        say: &'a dyn Fn(&str),
    ) -> Self {
        Self { configuration, approve, say, said: BTreeMap::new() }
    }

    /// Decides on all requests of `stream`, a sequence of JSON documents.
    ///
    /// # Errors
    /// Something that is no JSON.
    pub fn follow(&mut self, stream: impl Read) -> Result<()> {
        let documents = serde_json::Deserializer::from_reader(BufReader::new(stream)).into_iter();
        for document in documents {
            let document: Value = document.context("reading certificate requests")?;
            match document["items"].as_array() {
                Some(items) => items.iter().for_each(|item| self.consider(item)),
                None => self.consider(&document),
            }
        }
        Ok(())
    }

    fn consider(&mut self, item: &Value) {
        let Some(name) = item["metadata"]["name"].as_str() else { return };
        let line = match decide(item, self.configuration) {
            Decision::NotOurs => return,
            Decision::Approve(node) => match (self.approve)(name) {
                Ok(()) => format!("serving certificate of `{node}` approved"),
                Err(error) => format!("serving certificate of `{node}`: {error:#}"),
            },
            Decision::Leave(why) => {
                format!("certificate request `{}` is left pending: {why}", name.escape_debug())
            }
        };
        if self.said.get(name) != Some(&line) {
            (self.say)(&line);
            if self.said.len() >= REMEMBERED {
                self.said.clear();
            }
            self.said.insert(name.to_owned(), line);
        }
    }
}

#[cfg(test)]
mod tests;
