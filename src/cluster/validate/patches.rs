//! Patches of what kubeadm makes. What is in them is for kubeadm to judge, but for what hosts rely on.

use super::super::patches::{KubeadmPatch, KubeadmPatches, PatchTarget};
use super::arguments;
use crate::document::place::{Place, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// `kubeadm_patches`.
pub fn patches(raw: BTreeMap<String, Value>, at: &Place) -> Result<KubeadmPatches> {
    let entry = |(name, value): (String, Value)| {
        let at = at.key(&name);
        let target = at.parse::<PatchTarget>(&name)?;
        Ok((target, patch(target, value, &at)?))
    };
    raw.into_iter().map(entry).collect()
}

fn patch(target: PatchTarget, value: Value, at: &Place) -> Result<KubeadmPatch> {
    let Value::Object(patch) = arguments::plain(value, at)? else {
        let hint = "write what is to be changed as it stands in the whole: `{spec: {priority: 5}}`";
        return Err(at.fault("is no mapping").hint(hint));
    };
    if target == PatchTarget::KubeletConfiguration {
        arguments::check_kubelet_fields(patch.keys(), at)?;
    }
    Ok(patch)
}
