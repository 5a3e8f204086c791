//! Kubernetes and containerd of the image.

use super::{Finding, Subject};
use crate::Result;
use crate::kube::quirks;
use crate::node::configuration::Bootstrap;

/// Judges what runs on every host.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let image = &subject.image.name;
    let Some(kubernetes) = subject.kubernetes() else {
        let text = format!("image `{image}` has no Kubernetes");
        return Ok(vec![Finding::error(text, "name an image whose definition has `kubernetes`")]);
    };
    let version = kubernetes.version;
    if !quirks::is_known(version) {
        let hint = format!("use an image with 1.{} to 1.{}", quirks::OLDEST_MINOR, quirks::NEWEST_MINOR);
        return Ok(vec![Finding::error(format!("Kubernetes {version} is not known to this imgbuild"), hint)]);
    }
    let containerd = subject.image.containerd.as_deref().unwrap_or_default();
    let fits = quirks::containerd_fits(version, containerd);
    let unled = (subject.image.agent.is_none() && subject.cluster.bootstrap == Bootstrap::Auto).then(|| {
        let text = format!("image `{image}` has no agent, so nothing brings its hosts into the cluster");
        Finding::error(text, "bake it again with this imgbuild, or write `bootstrap: manual`")
    });
    let skipped = kubernetes.skip_phases.iter().map(|phase| {
        Finding::note(
            format!("kubeadm's phase `{phase}` is skipped with this image"),
            "see the image's definition",
        )
    });
    let unfit = (!fits).then(|| {
        let text = format!("containerd `{containerd}` does not serve kubelet {version}");
        Finding::error(text, "bake another version of containerd into the image")
    });
    Ok(unfit.into_iter().chain(unled).chain(skipped).collect())
}
