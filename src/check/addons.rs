//! Whether the image has the addons' manifests, and what is known of addons.

use super::{Finding, Subject};
use crate::Result;
use crate::host;
use crate::kube::known_bad;

/// Judges each addon.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let missing = subject.cluster.addons.iter().filter_map(|addon| missing(subject, addon));
    let known = subject.cluster.addons.iter().filter_map(|addon| {
        let why = known_bad::addon(addon)?;
        Some(Finding::warning(format!("addon `{addon}`: {why}"), "plan for another one"))
    });
    Ok(missing.chain(known).collect())
}

fn missing(subject: &Subject, addon: &str) -> Option<Finding> {
    let fault = host::addon_manifests(subject.image, addon).err()?;
    Some(Finding::error(fault.message, fault.hint.unwrap_or_default()))
}
