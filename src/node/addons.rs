//! Applies manifests as the cluster's administrator. Server-side apply: some have annotations too long for any
//! other way, and applying twice is applying once.

use super::configuration::Addon;
use super::failure::{Failure, Outcome};
use super::host::{Command, Host};
use super::kubectl::ADMIN;
use std::time::Duration;

/// Applying a thousand objects takes a while in emulation.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// How every definition of a resource says what it is.
const DEFINITION: &str = "kind: CustomResourceDefinition";

/// Applies all manifests of `addon` in order, then waits as it says.
pub fn apply(host: &impl Host, addon: &Addon) -> Outcome {
    for manifest in &addon.manifests {
        let path = host.path(manifest).to_string_lossy().into_owned();
        run(host, &["apply", "--server-side", "--force-conflicts", "--filename", &path])?;
        if fs_err::read_to_string(&path)?.contains(DEFINITION) {
            run(host, &["wait", "--for=condition=Established", "crd", "--all", "--timeout=5m"])?;
        }
    }
    for wait in &addon.wait {
        let words: Vec<&str> = std::iter::once("wait").chain(wait.iter().map(String::as_str)).collect();
        run(host, &words)?;
    }
    Ok(None)
}

fn run(host: &impl Host, arguments: &[&str]) -> Result<(), Failure> {
    let kubeconfig = host.path(ADMIN);
    let command = Command::new(["kubectl", "--kubeconfig", &kubeconfig.to_string_lossy()]).args(arguments);
    let verb = arguments.first().copied().unwrap_or_default();
    host.run(&command.limit(LIMIT).loud())?.expect(&format!("kubectl {verb}")).map(drop)
}
