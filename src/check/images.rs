//! Whether the image has the container images that its own kubeadm wants.

use super::{Finding, Subject};
use crate::Result;
use crate::bake::KubernetesRecord;
use crate::kube::quirks;
use crate::kubeadm::baked;

/// Those that have the version of Kubernetes as their tag.
const VERSIONED: [&str; 4] = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];
/// kubeadm looks for `coredns` one level below other upstream repositories (`GetDNSImage`).
const DNS: &str = "coredns";
/// The phase that needs it.
const DNS_PHASE: &str = "addon/coredns";

/// Judges what is baked against what is needed.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let Some(kubernetes) = subject.kubernetes() else { return Ok(vec![]) };
    let versioned = VERSIONED.into_iter().filter_map(|name| versioned(subject, kubernetes, name));
    let pause =
        quirks::pause_tag(kubernetes.version).and_then(|tag| tagged(subject, kubernetes, "pause", tag));
    let etcd = missing(subject, kubernetes, &kubernetes.image_repository, "etcd");
    Ok(versioned.chain(pause).chain(etcd).chain(dns(subject, kubernetes)).collect())
}

fn versioned(subject: &Subject, kubernetes: &KubernetesRecord, name: &str) -> Option<Finding> {
    tagged(subject, kubernetes, name, &format!("v{}", kubernetes.version))
}

/// An image that kubeadm names with exactly `tag`.
fn tagged(subject: &Subject, kubernetes: &KubernetesRecord, name: &str, tag: &str) -> Option<Finding> {
    let repository = &kubernetes.image_repository;
    let reference = format!("{repository}/{name}:{tag}");
    if subject.image.images.contains_key(&reference) {
        return None;
    }
    Some(lacking(repository, &format!("image `{}` has no `{reference}`", subject.image.name)))
}

/// An image of any version.
fn missing(
    subject: &Subject,
    kubernetes: &KubernetesRecord,
    repository: &str,
    name: &str,
) -> Option<Finding> {
    let found = baked::find(subject.image, repository, name).is_some();
    let text = format!("image `{}` has no `{repository}/{name}`", subject.image.name);
    (!found).then(|| lacking(&kubernetes.image_repository, &text))
}

fn dns(subject: &Subject, kubernetes: &KubernetesRecord) -> Option<Finding> {
    if kubernetes.skip_phases.contains(DNS_PHASE) {
        return None;
    }
    let own = &kubernetes.image_repository;
    let below = format!("{own}/{DNS}");
    let repository = if quirks::is_upstream_repository(own) { &below } else { own };
    missing(subject, kubernetes, repository, DNS)
}

/// What a real registry has can be pulled at first boot; nobody has what was composed here.
fn lacking(repository: &str, text: &str) -> Finding {
    if quirks::is_upstream_repository(repository) {
        Finding::warning(
            format!("{text}, so hosts must pull it"),
            "add it to `images` of the image's definition",
        )
    } else {
        Finding::error(text, "add it to `images` of the image's definition")
    }
}
