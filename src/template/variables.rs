//! What templates may refer to.

use super::Variables;
use crate::definition::{Definition, Kubernetes, Runtime};
use crate::kube::quirks;
use serde_json::{Map, Value, json};

/// The variables of `definition`: `image`, `distribution`, `suite`, `architecture`, and, where the image has
/// them, `kubernetes`, `containerd`, `cni` and `manifests`.
///
/// ```json
/// {
///   "image": {"name": "debian-13"},
///   "distribution": "debian", "suite": "trixie", "architecture": "amd64",
///   "kubernetes": {"version": "1.36.4", "minor": 36, "image_repository": "registry.k8s.io",
///                  "kubeadm_api_version": "kubeadm.k8s.io/v1beta4", "skip_phases": []},
///   "containerd": {"version": "2.3.4", "config_version": 3, "socket": "unix:///run/containerd/containerd.sock",
///                  "sandbox_image": "registry.k8s.io/pause:3.10.2"},
///   "cni": {"bin_dir": "/opt/cni/bin", "as_list": true},
///   "manifests": {"longhorn.yaml": "https://…"}
/// }
/// ```
pub fn variables(definition: &Definition) -> Variables {
    let base = &definition.base;
    let mut all = json!({
        "image": { "name": definition.name },
        "distribution": base.distribution,
        "suite": base.suites.first(),
        "architecture": base.architecture.debian(),
        "manifests": manifests(definition),
    });
    if let (Some(object), Some(kubernetes)) = (all.as_object_mut(), &definition.kubernetes) {
        object.insert("kubernetes".to_owned(), of_kubernetes(kubernetes));
    }
    if let (Some(object), Some(runtime)) = (all.as_object_mut(), &definition.runtime) {
        object.extend(of_runtime(runtime, definition.kubernetes.as_ref()));
    }
    all
}

/// Where each manifest comes from, by file name.
fn manifests(definition: &Definition) -> Value {
    definition.manifests.iter().map(|(name, download)| (name.as_str(), download.url.as_str())).collect()
}

fn of_kubernetes(kubernetes: &Kubernetes) -> Value {
    let version = kubernetes.version;
    json!({
        "version": version.to_string(),
        "minor": version.minor,
        "image_repository": kubernetes.image_repository,
        "kubeadm_api_version": quirks::kubeadm_api_version(version),
        "skip_phases": kubernetes.skip_phases,
    })
}

fn of_runtime(runtime: &Runtime, kubernetes: Option<&Kubernetes>) -> Map<String, Value> {
    let mut containerd = Map::new();
    containerd.insert("version".to_owned(), runtime.containerd_version.clone().into());
    containerd.insert(
        "config_version".to_owned(),
        quirks::containerd_config_version(&runtime.containerd_version).into(),
    );
    if let Some(kubernetes) = kubernetes {
        containerd.insert("socket".to_owned(), quirks::cri_socket(kubernetes.version).into());
        containerd.extend(kubernetes.sandbox_image().map(|image| ("sandbox_image".to_owned(), image.into())));
    }
    let as_list = quirks::containerd_lists_cni_dirs(&runtime.containerd_version);
    let cni = json!({ "bin_dir": runtime.cni_bin_dir, "as_list": as_list });
    [("containerd".to_owned(), Value::Object(containerd)), ("cni".to_owned(), cni)].into_iter().collect()
}
