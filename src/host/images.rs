//! Which baked images a role needs, in the order of need: the agent imports no others.

use super::{Part, Site};
use crate::kubeadm::baked::{self, Baked};

/// In the order in which a control plane starts them.
const CONTROL_PLANE: [&str; 5] =
    ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-vip"];
/// What every pod needs, and what every node runs.
const EVERY_NODE: [&str; 2] = ["pause", "kube-proxy"];

/// References as the image's record has them.
pub fn of(site: &Site, part: &Part) -> Vec<String> {
    let mut images: Vec<(usize, Baked)> = baked::all(site.scope.image)
        .filter(|image| part.is_control_plane() || !is_control_planes(site, image))
        .map(|image| (need(site, &image), image))
        .collect();
    images.sort_by_key(|(need, image)| (*need, image.reference));
    images.into_iter().map(|(_, image)| image.reference.to_owned()).collect()
}

/// Whether it is `image` of Kubernetes' own, not one that an addon happens to call the same.
fn is_own(site: &Site, image: &Baked, name: &str) -> bool {
    image.name == name && (name == "kube-vip" || image.repository == site.scope.kubernetes.image_repository)
}

fn is_control_planes(site: &Site, image: &Baked) -> bool {
    CONTROL_PLANE.iter().any(|name| is_own(site, image, name))
}

/// Smaller is earlier; addons are last.
fn need(site: &Site, image: &Baked) -> usize {
    let order = [EVERY_NODE[0]].into_iter().chain(CONTROL_PLANE).chain([EVERY_NODE[1]]);
    order.clone().position(|name| is_own(site, image, name)).unwrap_or_else(|| order.count())
}
