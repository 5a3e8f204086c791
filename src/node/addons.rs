//! Applies manifests as the cluster's administrator. Server-side apply: some have annotations too long for any
//! other way, and applying twice is applying once.

use super::configuration::{Addon, Patch};
use super::failure::{Failure, Outcome};
use super::host::{Command, Host};
use super::kubectl::ADMIN;
use crate::digest::Sha256;
use std::time::Duration;

/// Applying a thousand objects takes a while in emulation. What kubectl is told to wait for comes on top.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// How every definition of a resource says what it is.
const DEFINITION: &str = "kind: CustomResourceDefinition";

/// Applies all manifests of `addon` in order, patches what they made, then waits as it says.
pub fn apply(host: &impl Host, addon: &Addon) -> Outcome {
    for manifest in &addon.manifests {
        let path = host.path(manifest).to_string_lossy().into_owned();
        run(host, &["apply", "--server-side", "--force-conflicts", "--filename", &path])?;
        if fs_err::read_to_string(&path)?.contains(DEFINITION) {
            run(host, &["wait", "--for=condition=Established", "crd", "--all", "--timeout=5m"])?;
        }
    }
    for patch in &addon.patches {
        self::patch(host, patch)?;
    }
    for (verb, tests) in [("wait", &addon.wait), ("rollout", &addon.rollout)] {
        for test in tests {
            let words: Vec<&str> = std::iter::once(verb).chain(test.iter().map(String::as_str)).collect();
            run(host, &words)?;
        }
    }
    Ok(None)
}

/// What decides about the outcome of [`apply`]: the addon itself and its manifests as they are now. `None` if one
/// cannot be read, which is no reason to apply the others.
pub fn inputs(host: &impl Host, addon: &Addon) -> Option<Sha256> {
    let mut all = serde_json::to_vec(addon).ok()?;
    for manifest in &addon.manifests {
        all.extend(Sha256::of_file(&host.path(manifest)).ok()?.bytes());
    }
    Some(Sha256::of(all))
}

fn patch(host: &impl Host, patch: &Patch) -> Result<(), Failure> {
    let kind = format!("--type={}", patch.kind.name());
    let text = patch.patch.to_string();
    let namespace = patch.namespace.as_ref().map(|name| format!("--namespace={name}"));
    let mut words = vec!["patch", &patch.resource, &kind, "--patch", &text];
    words.extend(namespace.as_deref());
    run(host, &words)
}

fn run(host: &impl Host, arguments: &[&str]) -> Result<(), Failure> {
    let kubeconfig = host.path(ADMIN);
    let command = Command::new(["kubectl", "--kubeconfig", &kubeconfig.to_string_lossy()]).args(arguments);
    let verb = arguments.first().copied().unwrap_or_default();
    host.run(&command.limit(limit(arguments)).loud())?.expect(&format!("kubectl {verb}")).map(drop)
}

/// How long kubectl may take for `arguments`.
fn limit(arguments: &[&str]) -> Duration {
    let timeouts = arguments.iter().filter_map(|word| word.strip_prefix("--timeout="));
    LIMIT + timeouts.filter_map(duration).sum::<Duration>()
}

/// `90s`, `10m` or `2h`, as descriptions of addons have it.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(seconds * u64::from(number.parse::<u16>().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_may_take_longer_than_it_is_told_to_wait() {
        assert_eq!(limit(&["apply", "--filename", "a"]), LIMIT);
        for (text, seconds) in [("90s", 90), ("20m", 1200), ("2h", 7200), ("x", 0), ("", 0), ("1é", 0)] {
            let told = format!("--timeout={text}");
            let expected = LIMIT + Duration::from_secs(seconds);
            assert_eq!(limit(&["wait", &told, "a/b"]), expected, "{text}");
        }
    }
}
