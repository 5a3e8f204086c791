//! What the bake itself put where, as `/etc/imgbuild/image.json` tells it.

use super::attribution::{Kind, Owner};
use crate::bake::{ImageRecord, Origin};
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the on-host agent is called in a list of sizes.
const AGENT: &str = "imgbuild-node";

/// Paths that the bake added, and what for.
#[derive(Debug, Default)]
pub struct Origins {
    paths: BTreeMap<String, Owner>,
}

impl Origins {
    /// From the record that an image has of itself; none if `record` is something else, since a list of
    /// sizes is no place to refuse an image.
    pub fn of_record(record: &Value) -> Self {
        ImageRecord::deserialize(record).map(|record| Self::of(&record)).unwrap_or_default()
    }

    fn of(record: &ImageRecord) -> Self {
        let owned =
            |(path, origin): (&str, Origin)| (path.trim_start_matches('/').to_owned(), owner(path, origin));
        Self { paths: record.origins().map(owned).collect() }
    }

    /// What the file at `path` was added for.
    pub(super) fn owner(&self, path: &str) -> Option<Owner> {
        self.paths.get(path).cloned()
    }

    /// The same with every path as `real` gives it.
    pub(super) fn map_paths(self, real: impl Fn(&str) -> String) -> Self {
        Self { paths: self.paths.into_iter().map(|(path, owner)| (real(&path), owner)).collect() }
    }
}

fn owner(path: &str, origin: Origin) -> Owner {
    match origin {
        Origin::Artifact(name) => Owner::new(Kind::Artifact, name),
        Origin::Agent => Owner::new(Kind::Artifact, AGENT),
        Origin::Manifest(_) | Origin::Overlay(_) => Owner::new(Kind::Overlay, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::testing;

    #[test]
    fn artifacts_overlay_and_manifests_are_known_by_their_paths() {
        let manifest = "etc/kubernetes/components/calico.yaml";
        let origins = Origins::of_record(&testing::record(&serde_json::json!({
            "/opt/cni/bin/bridge": "artifact:cni",
            "/bin/kubelet": "artifact:kubelet",
            "/usr/local/bin/imgbuild-node": "agent",
            "/etc/motd": "overlay:/etc/motd",
            "/etc/later": "something:new",
            "/etc/kubernetes/components/calico.yaml": "manifest:calico.yaml",
        })));
        let origins = origins.map_paths(|path| path.replace("bin/kubelet", "usr/bin/kubelet"));
        let owner = |path: &str| origins.owner(path).map(|owner| (owner.kind, owner.name));
        assert_eq!(owner("opt/cni/bin/bridge"), Some((Kind::Artifact, "cni".into())));
        assert_eq!(owner("usr/bin/kubelet"), Some((Kind::Artifact, "kubelet".into())));
        assert_eq!(owner("usr/local/bin/imgbuild-node"), Some((Kind::Artifact, AGENT.into())));
        assert_eq!(owner("etc/motd"), Some((Kind::Overlay, "/etc/motd".into())));
        assert_eq!(owner(manifest), Some((Kind::Overlay, format!("/{manifest}"))));
        assert_eq!(owner("etc/later"), None);
        assert_eq!(owner("opt/cni/bin"), None);
    }

    #[test]
    fn a_record_of_another_kind_is_none() {
        for record in [Value::Null, serde_json::json!({"files": 5}), serde_json::json!([1])] {
            assert!(Origins::of_record(&record).paths.is_empty());
        }
    }
}
