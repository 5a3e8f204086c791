//! The API's endpoint, and versions that are known not to get along with one like it.

use super::{Finding, Subject};
use crate::Result;
use crate::cluster::Provider;
use crate::host;
use crate::kube::{known_bad, quirks};
use std::net::Ipv4Addr;

/// Judges endpoint, kubeadm and kube-vip together.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    Ok(kubeadm(subject).into_iter().chain(kube_vip(subject)).chain(handover(subject)).collect())
}

/// `kubeadm init` of some versions goes through an endpoint that only works once it is done.
fn kubeadm(subject: &Subject) -> Option<Finding> {
    let version = subject.kubernetes()?.version;
    if !known_bad::init_goes_through_endpoint(version) {
        return None;
    }
    let text =
        format!("`kubeadm init` {version} calls the endpoint before it works (kubernetes/kubeadm#3294)");
    let hint = "use an image with another patch of Kubernetes, 1.36.1 or newer for instance";
    match subject.cluster.endpoint.provider {
        Provider::External if is_a_host(subject) => None,
        Provider::Nlb | Provider::External => Some(Finding::error(text, hint)),
        // the first control plane has the address itself, so this costs retries only
        Provider::KubeVip | Provider::Keepalived => Some(Finding::warning(text, hint)),
    }
}

fn is_a_host(subject: &Subject) -> bool {
    let address = subject.cluster.endpoint.address.parse::<Ipv4Addr>();
    address.is_ok_and(|address| subject.cluster.hosts.iter().any(|host| host.address == address))
}

fn kube_vip(subject: &Subject) -> Option<Finding> {
    if subject.cluster.endpoint.provider != Provider::KubeVip {
        return None;
    }
    host::kube_vip_image(subject.image).err().map(Finding::of_fault)
}

/// Before 1.29 there is no `super-admin.conf`, and nothing to hand over; from then on the agent does it.
fn handover(subject: &Subject) -> Option<Finding> {
    let version = subject.kubernetes()?.version;
    let kube_vip = subject.cluster.endpoint.provider == Provider::KubeVip;
    let manual = subject.cluster.bootstrap == crate::node::configuration::Bootstrap::Manual;
    (kube_vip && manual && quirks::has_super_admin_conf(version)).then(|| {
        Finding::note(
            "with `bootstrap: manual` nobody hands kube-vip from `super-admin.conf` over to `admin.conf`",
            "edit its manifest on the first control plane once `kubeadm init` is done",
        )
    })
}
