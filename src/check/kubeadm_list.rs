//! What the baked kubeadm itself says that it needs, against what the lock has: `kubeadm config images list`.

use super::Finding;
use crate::Result;
use crate::architecture::Architecture;
use crate::definition::{Kubernetes, Part, Source};
use crate::lock::Locked;
use crate::process::Tool;
use crate::store::Store;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// Those whose tags hosts are told, whichever are baked.
const TOLD: [&str; 2] = ["etcd", "coredns"];

/// Asks kubeadm, if it is a program of this machine's kind and has been fetched.
pub fn check(store: &Store, locked: &Locked) -> Result<Vec<Finding>> {
    let definition = locked.definition();
    let Some(kubernetes) = &definition.kubernetes else { return Ok(Vec::new()) };
    let hint = "the table in imgbuild is what was judged by";
    if definition.base.architecture != Architecture::of_this_machine() {
        return Ok(vec![Finding::note("kubeadm is for another kind of machine and was not asked", hint)]);
    }
    let Some(program) = program(store, locked, kubernetes)? else {
        return Ok(vec![Finding::note("kubeadm is not in the store and was not asked", hint)]);
    };
    match listed(&program, kubernetes) {
        Ok(listed) => Ok(listed.iter().filter_map(|image| judge(locked, image)).collect()),
        Err(error) => Ok(vec![Finding::note(format!("kubeadm could not be asked: {error:#}"), hint)]),
    }
}

fn program(store: &Store, locked: &Locked, kubernetes: &Kubernetes) -> Result<Option<PathBuf>> {
    let Part::Artifact(artifact) = &kubernetes.kubeadm else { return Ok(None) };
    let Source::File(download) = &artifact.source else { return Ok(None) };
    let sha256 = locked.download(download)?.sha256;
    if store.contains(&sha256) { store.file(&sha256).map(Some) } else { Ok(None) }
}

fn listed(program: &std::path::Path, kubernetes: &Kubernetes) -> Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("kubeadm");
    fs_err::copy(program, &copy)?;
    fs_err::set_permissions(&copy, std::fs::Permissions::from_mode(0o755))?;
    let text = Tool::new(&copy)
        .args(["config", "images", "list", "--kubernetes-version", &format!("v{}", kubernetes.version)])
        .args(["--image-repository", &kubernetes.image_repository])
        .env("HOME", folder.path())
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
