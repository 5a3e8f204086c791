//! What the bake itself put where, as `/etc/imgbuild/image.json` tells it.

use super::attribution::{Kind, Owner};
use crate::node::configuration::COMPONENTS;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Paths that the bake added, and what for.
#[derive(Debug, Default)]
pub struct Origins {
    paths: BTreeMap<String, Owner>,
}

/// The members of the record that name files; an older or newer one may lack some of them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Record {
    artifacts: BTreeMap<String, Vec<String>>,
    manifests: BTreeMap<String, Value>,
    overlay: BTreeSet<String>,
}

impl Origins {
    /// From the record that an image has of itself; none if `record` is something else, since a list of
    /// sizes is no place to refuse an image.
    pub fn of_record(record: &Value) -> Self {
        let record = Record::deserialize(record).unwrap_or_default();
        let mut paths = BTreeMap::new();
        for path in record.overlay {
            paths.insert(relative(&path), Owner::new(Kind::Overlay, &path));
        }
        for name in record.manifests.into_keys() {
            let path = format!("{COMPONENTS}/{name}");
            paths.insert(relative(&path), Owner::new(Kind::Overlay, path));
        }
        for (name, files) in record.artifacts {
            paths.extend(files.iter().map(|path| (relative(path), Owner::new(Kind::Artifact, &name))));
        }
        Self { paths }
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

fn relative(path: &str) -> String {
    path.trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_overlay_and_manifests_are_known_by_their_paths() {
        let origins = Origins::of_record(&serde_json::json!({
            "schema": 1,
            "artifacts": {"cni": ["/opt/cni/bin/bridge", "/opt/cni/bin/host-local"], "kubelet": ["/bin/kubelet"]},
            "manifests": {"calico.yaml": "0123"},
            "overlay": ["/etc/motd"],
        }));
        let origins = origins.map_paths(|path| path.replace("bin/kubelet", "usr/bin/kubelet"));
        let owner = |path: &str| origins.owner(path).map(|owner| (owner.kind, owner.name));
        assert_eq!(owner("opt/cni/bin/bridge"), Some((Kind::Artifact, "cni".into())));
        assert_eq!(owner("usr/bin/kubelet"), Some((Kind::Artifact, "kubelet".into())));
        assert_eq!(owner("etc/motd"), Some((Kind::Overlay, "/etc/motd".into())));
        let manifest = "etc/kubernetes/components/calico.yaml";
        assert_eq!(owner(manifest), Some((Kind::Overlay, format!("/{manifest}"))));
        assert_eq!(owner("opt/cni/bin"), None);
    }

    #[test]
    fn a_record_of_another_kind_is_none() {
        for record in [Value::Null, serde_json::json!({"artifacts": 5}), serde_json::json!([1])] {
            assert!(Origins::of_record(&record).paths.is_empty());
        }
    }
}
