//! What makes the machine a node: Kubernetes, the runtime, and files laid over the base.

use super::files::RawFile;
use crate::kube::version::Version;
use schemars::JsonSchema;
use serde::Deserialize;

/// Kubernetes on the node.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawKubernetes {
    /// Exact version: `1.36.4`.
    #[schemars(with = "Option<Version>")]
    pub version: Option<String>,
    /// Where kubeadm takes the control-plane images from; `registry.k8s.io` if not set.
    pub image_repository: Option<String>,
    /// kubeadm phases that hosts of this image skip: `addon/coredns`.
    pub skip_phases: Vec<String>,
    /// Where kubelet comes from; goes to `/usr/bin/kubelet`, mode 0755, if `to` and `mode` do not say.
    pub kubelet: Option<RawFile>,
    /// Where kubeadm comes from; goes to `/usr/bin/kubeadm`.
    pub kubeadm: Option<RawFile>,
    /// Where kubectl comes from; goes to `/usr/bin/kubectl`.
    pub kubectl: Option<RawFile>,
    /// Where crictl comes from; goes to `/usr/bin/crictl`. Not required.
    pub crictl: Option<RawFile>,
}

/// Container runtime and network plugins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawRuntime {
    /// Version of containerd; decides the format of its configuration.
    pub containerd_version: Option<String>,
    /// Where containerd comes from.
    pub containerd: Option<RawFile>,
    /// Where runc comes from; goes to `/usr/bin/runc`, mode 0755, if `to` and `mode` do not say.
    pub runc: Option<RawFile>,
    /// Where the CNI plugins come from.
    pub cni: Option<RawFile>,
    /// Where containerd looks for CNI plugins; `/opt/cni/bin` if not set.
    pub cni_bin_dir: Option<String>,
}

/// Something at a path of the image. Exactly one of `template`, `file`, `text`, `link` and `directory` says
/// what.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOverlay {
    /// A template by name: one of imgbuild's, or a file in `templates/` beside the definition's folder.
    pub template: Option<String>,
    /// A file beside the definition, relative to it.
    pub file: Option<String>,
    /// The text itself.
    pub text: Option<String>,
    /// A symbolic link with this target.
    pub link: Option<String>,
    /// An empty folder.
    #[schemars(extend("const" = true))]
    pub directory: Option<bool>,
    /// Permission bits, quoted; `"0644"` for files and `"0755"` for folders if not set.
    pub mode: Option<String>,
    /// Numeric owner; 0 if not set.
    pub uid: Option<u32>,
    /// Numeric group; 0 if not set.
    pub gid: Option<u32>,
}
