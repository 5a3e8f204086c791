//! Which images manifests name, and when kubelet would pull them.

use crate::oci::Reference;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Fields that hold containers, wherever a pod's template is.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// When kubelet pulls an image that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PullPolicy {
    /// Never.
    Never,
    /// If it is not there.
    IfNotPresent,
    /// Each time that a container starts.
    Always,
}

/// The images of `documents`, as they are written, each with the policy that pulls most.
pub fn named(documents: &[Value]) -> BTreeMap<String, PullPolicy> {
    let mut found = BTreeMap::new();
    for document in documents {
        walk(document, &mut found);
    }
    found
}

fn walk(value: &Value, found: &mut BTreeMap<String, PullPolicy>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                if CONTAINERS.contains(&key.as_str()) {
                    value.as_array().into_iter().flatten().for_each(|container| add(container, found));
                }
                walk(value, found);
            }
        }
        _ => {}
    }
}

fn add(container: &Value, found: &mut BTreeMap<String, PullPolicy>) {
    let Some(image) = container["image"].as_str().filter(|image| !image.is_empty()) else { return };
    let policy = match container["imagePullPolicy"].as_str() {
        Some("Never") => PullPolicy::Never,
        Some("IfNotPresent") => PullPolicy::IfNotPresent,
        Some("Always") => PullPolicy::Always,
        _ => default_policy(image),
    };
    let most = found.entry(image.to_owned()).or_insert(policy);
    *most = (*most).max(policy);
}

/// What the API server sets where nothing is written (`SetDefaults_Container`).
fn default_policy(image: &str) -> PullPolicy {
    let tag = image.parse::<Reference>();
    let moving = |reference: &Reference| {
        reference.digest().is_none() && reference.tag().is_none_or(|tag| tag == "latest")
    };
    if tag.as_ref().is_ok_and(moving) { PullPolicy::Always } else { PullPolicy::IfNotPresent }
}

/// The name by which containerd looks for `image`: with registry and folder, and either with its digest or with a
/// tag (`ParseDockerRef` of containerd's `pkg/reference`). `None` if it is no reference.
pub fn containerd_name(image: &str) -> Option<String> {
    let reference: Reference = image.parse().ok()?;
    let name = format!("{}/{}", reference.registry(), reference.repository());
    Some(match (reference.digest(), reference.tag()) {
        (Some(digest), _) => format!("{name}@{}", digest.prefixed()),
        (None, tag) => format!("{name}:{}", tag.unwrap_or("latest")),
    })
}
