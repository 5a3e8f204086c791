//! Kubernetes' own images: those that `kubeadm config images list` names, unless the definition lists others.

use super::super::model::{Definition, Image};
use crate::kube::quirks;

/// Adds what kubeadm will want from the upstream registry; nobody else has tags that could be known here.
pub fn add_images(definition: &mut Definition) {
    let Some(kubernetes) = &definition.kubernetes else { return };
    let repository = &kubernetes.image_repository;
    if !quirks::is_upstream_repository(repository) {
        return;
    }
    for (name, tag) in quirks::control_plane_images(kubernetes.version) {
        let program = name.rsplit('/').next().unwrap_or(name);
        let skipped = kubernetes.skip_phases.contains(&format!("addon/{program}"));
        let own = format!("{repository}/{name}");
        let listed = definition
            .images
            .keys()
            .any(|image| image.strip_prefix(&own).is_some_and(|rest| rest.starts_with([':', '@'])));
        if !skipped && !listed {
            definition.images.insert(format!("{own}:{tag}"), Image::Pull { digest: None });
        }
    }
}
