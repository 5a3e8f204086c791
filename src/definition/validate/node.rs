//! Kubernetes and the container runtime.

use super::super::model::{Kubernetes, Part, Runtime};
use super::super::raw::{RawFile, RawKubernetes, RawRuntime};
use super::{Result, Scope, files, names, paths};
use crate::document::place::Place;

/// Where kubeadm itself takes images from.
const DEFAULT_REPOSITORY: &str = "registry.k8s.io";
/// Where kubelet's and containerd's documentation expect plugins.
const DEFAULT_CNI_BIN_DIR: &str = "/opt/cni/bin";

/// `kubernetes`.
pub fn kubernetes(raw: RawKubernetes, at: &Place, scope: &Scope) -> Result<Kubernetes> {
    let version = at.key("version");
    let repository = raw.image_repository.unwrap_or_else(|| DEFAULT_REPOSITORY.to_owned());
    Ok(Kubernetes {
        version: version.parse(&version.required(raw.version)?)?,
        image_repository: at.key("image_repository").checked(repository, names::image_repository)?,
        skip_phases: at.key("skip_phases").items(raw.skip_phases, names::phase)?,
        kubelet: required_part(raw.kubelet, "kubelet", at, scope)?,
        kubeadm: required_part(raw.kubeadm, "kubeadm", at, scope)?,
        kubectl: required_part(raw.kubectl, "kubectl", at, scope)?,
        crictl: raw.crictl.map(|raw| files::part(raw, "crictl", &at.key("crictl"), scope)).transpose()?,
    })
}

/// `runtime`.
pub fn runtime(raw: RawRuntime, at: &Place, scope: &Scope) -> Result<Runtime> {
    let version = at.key("containerd_version");
    let bin_dir = raw.cni_bin_dir.unwrap_or_else(|| DEFAULT_CNI_BIN_DIR.to_owned());
    Ok(Runtime {
        containerd_version: version
            .checked(version.required(raw.containerd_version)?, names::containerd_version)?,
        containerd: required_part(raw.containerd, "containerd", at, scope)?,
        runc: required_part(raw.runc, "runc", at, scope)?,
        cni: required_part(raw.cni, "cni", at, scope)?,
        cni_bin_dir: at.key("cni_bin_dir").checked(bin_dir, paths::in_image)?,
    })
}

fn required_part(raw: Option<RawFile>, name: &str, at: &Place, scope: &Scope) -> Result<Part> {
    let at = at.key(name);
    files::part(at.required(raw)?, name, &at, scope)
}
