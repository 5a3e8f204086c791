//! What the baked kubeadm itself says that it needs, against what the lock has: `kubeadm config images list`.

use super::{Finding, kubeadm_program};
use crate::Result;
use crate::architecture::Architecture;
use crate::context::Context;
use crate::definition::Kubernetes;
use crate::lock::Locked;
use crate::process::Tool;
use crate::store::Store;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The file that is run.
const NAME: &str = "kubeadm";
/// Those whose tags hosts are told, whichever are baked.
const TOLD: [&str; 2] = ["etcd", "coredns"];

/// Asks kubeadm, if it is a program of this machine's kind and this machine has it.
pub fn check(context: &Context, store: &Store, locked: &Locked) -> Result<Vec<Finding>> {
    let definition = locked.definition();
    let Some(kubernetes) = &definition.kubernetes else { return Ok(Vec::new()) };
    let hint = "the table in imgbuild is what was judged by";
    if definition.base.architecture != Architecture::of_this_machine() {
        return Ok(vec![Finding::note("kubeadm is for another kind of machine and was not asked", hint)]);
    }
    let folder = tempfile::tempdir()?;
    if !kubeadm_program::copy(context, store, locked, &folder.path().join(NAME))? {
        let text = "kubeadm is not on this machine yet and was not asked";
        return Ok(vec![Finding::note(text, format!("{hint}; `imgbuild bake` brings kubeadm here"))]);
    }
    match listed(folder.path(), kubernetes) {
        Ok(listed) => Ok(listed.iter().filter_map(|image| judge(locked, image)).collect()),
        Err(error) => Ok(vec![Finding::note(format!("kubeadm could not be asked: {error:#}"), hint)]),
    }
}

/// What the kubeadm in `folder` prints; the folder is its home.
fn listed(folder: &Path, kubernetes: &Kubernetes) -> Result<Vec<String>> {
    let program = folder.join(NAME);
    fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    let text = Tool::new(&program)
        .args(["config", "images", "list", "--kubernetes-version", &format!("v{}", kubernetes.version)])
        .args(["--image-repository", &kubernetes.image_repository])
        .env("HOME", folder)
        .text()?;
    Ok(text.lines().map(|line| line.trim().to_owned()).filter(|line| line.contains('/')).collect())
}

fn judge(locked: &Locked, image: &str) -> Option<Finding> {
    let has = |wanted: &dyn Fn(&str) -> bool| {
        let pulled = locked.lock().images.keys();
        pulled.chain(locked.definition().images.keys()).any(|reference| wanted(reference))
    };
    let (name, _) = image.rsplit_once(':')?;
    let last = name.rsplit('/').next().unwrap_or(name);
    let skipped = locked.definition().kubernetes.as_ref()?.skip_phases.contains(&format!("addon/{last}"));
    if skipped || has(&|reference| reference == image) {
        return None;
    }
    let other = has(&|reference| reference.rsplit_once(':').is_some_and(|(other, _)| other == name));
    if other && TOLD.contains(&last) {
        let text = format!("kubeadm would take `{image}`; hosts are told the tag that is baked");
        return Some(Finding::note(text, "name that image in `images` of the definition to bake it instead"));
    }
    let text = format!("kubeadm wants `{image}`, which is not baked");
    Some(Finding::error(text, "add it to `images` of the image's definition"))
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::kubeadm_program::testing::{definition, lock};
    use super::*;

    /// The finding about `image` in an image with Kubernetes 1.36.4 and its own images, and with these `options`.
    fn found(options: &str, image: &str) -> Option<(Severity, String)> {
        let folder = tempfile::tempdir().unwrap();
        let definition = definition(folder.path(), "{package: kubeadm}", options);
        let locked = Locked::for_tests(definition, lock());
        judge(&locked, image).map(|finding| (finding.severity, finding.text))
    }

    #[test]
    fn what_is_baked_is_what_kubeadm_wants() {
        for image in ["registry.k8s.io/kube-apiserver:v1.36.4", "registry.k8s.io/pause:3.10.2", "no image"] {
            assert_eq!(found("", image), None, "{image}");
        }
    }

    #[test]
    fn another_tag_is_an_error_unless_hosts_are_told_it() {
        for image in ["registry.k8s.io/kube-proxy:v1.36.5", "registry.k8s.io/new-program:v1"] {
            let expected = (Severity::Error, format!("kubeadm wants `{image}`, which is not baked"));
            assert_eq!(found("", image), Some(expected));
        }
        for image in ["registry.k8s.io/etcd:9.9.9-0", "registry.k8s.io/coredns/coredns:v9.9.9"] {
            let expected = format!("kubeadm would take `{image}`; hosts are told the tag that is baked");
            assert_eq!(found("", image), Some((Severity::Note, expected)));
        }
    }

    #[test]
    fn what_belongs_to_a_skipped_phase_may_be_missing() {
        let skips = "skip_phases: [addon/coredns]";
        assert_eq!(found(skips, "registry.k8s.io/coredns/coredns:v9.9.9"), None);
    }

    #[test]
    fn without_any_image_of_a_name_hosts_cannot_be_told() {
        let own = "image_repository: example.org/own";
        let expected = "kubeadm wants `example.org/own/etcd:3.6.8-0`, which is not baked".to_owned();
        assert_eq!(found(own, "example.org/own/etcd:3.6.8-0"), Some((Severity::Error, expected)));
    }
}
