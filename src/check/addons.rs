//! Whether the image has the addons, and what their makers say of them.

use super::{Finding, Subject};
use crate::Result;
use crate::addon::{self, ordered};
use crate::host;
use crate::kube::quirks;

/// Judges each addon.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let chosen = host::chosen_addons(subject.cluster);
    let missing = chosen.iter().filter_map(|addon| missing(subject, addon));
    let hopeless = chosen.iter().filter_map(|addon| never_ready(subject, addon));
    let retired = chosen.iter().filter_map(|addon| {
        let why = retired(subject, addon)?;
        Some(Finding::warning(format!("addon `{addon}`: {why}"), "plan for another one"))
    });
    let circle = ordered(&chosen, &subject.image.addons).err();
    let circle = circle.map(Finding::of_fault);
    Ok(missing.chain(hopeless).chain(retired).chain(circle).collect())
}

/// What its makers or imgbuild say against it, also where the image does not have it yet.
fn retired(subject: &Subject, addon: &str) -> Option<String> {
    if let Some(record) = subject.image.addons.get(addon) {
        return record.retired.clone();
    }
    addon::load(&subject.cluster.directory, addon, subject.image.architecture).ok()?.retired
}

fn missing(subject: &Subject, addon: &str) -> Option<Finding> {
    host::addon_manifests(subject.image, addon).err().map(Finding::of_fault)
}

/// A test of readiness that the image's kubectl does not know: the agent would try it for ever.
fn never_ready(subject: &Subject, addon: &str) -> Option<Finding> {
    let version = subject.kubernetes()?.version;
    let mut words = subject.image.addons.get(addon)?.ready.iter().flatten();
    let by_value = words.any(|word| word.starts_with("--for=jsonpath="));
    let hopeless = by_value && !quirks::kubectl_waits_for_jsonpath(version);
    let text = format!("addon `{addon}` is ready by a `jsonpath`, which kubectl {version} cannot wait for");
    let since = quirks::WAIT_FOR_JSONPATH_SINCE;
    let hint = format!("use a `condition` or a rollout, or an image with Kubernetes 1.{since} or newer");
    hopeless.then(|| Finding::error(text, hint))
}
