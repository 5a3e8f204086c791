//! What must hold between the parts of a definition.

use super::super::model::{Definition, Kubernetes, Part, Runtime, Source};
use super::Result;
use crate::document::place::Place;
use crate::kube::quirks;
use crate::kube::skew::{self, Program};
use crate::kube::version::Version;
use std::collections::BTreeSet;

/// Parts that come from packages are installed like any other package, unless a repository has them.
pub fn add_packages_of_parts(definition: &mut Definition) {
    let repositories = definition.base.repositories.values();
    let elsewhere: BTreeSet<&String> = repositories.flat_map(|r| r.packages.keys()).collect();
    let packages = definition.parts().into_iter().filter_map(|(_, part)| match part {
        Part::Package(name) if !elsewhere.contains(name) => Some(name.clone()),
        _ => None,
    });
    let packages: Vec<String> = packages.collect();
    definition.base.packages.extend(packages);
}

/// Refuses parts that cannot work with each other.
pub fn check(definition: &Definition, at: &Place) -> Result<()> {
    held_packages_are_there(definition, at)?;
    match (&definition.kubernetes, &definition.runtime) {
        (Some(kubernetes), Some(runtime)) => {
            known_version(kubernetes, at)?;
            programs_fit(kubernetes, definition, at)?;
            runtime_speaks_to_kubelet(kubernetes, runtime, at)?;
            conntrack_is_there(kubernetes, definition, at)
        }
        (Some(_), None) => Err(at
            .key("runtime")
            .fault("is missing")
            .hint("kubelet needs a container runtime; or remove `kubernetes`")),
        (None, Some(runtime)) => known_containerd(runtime, at).map(drop),
        (None, None) => Ok(()),
    }
}

fn known_version(kubernetes: &Kubernetes, at: &Place) -> Result<()> {
    let version = kubernetes.version;
    if quirks::is_known(version) {
        Ok(())
    } else {
        Err(at
            .key("kubernetes")
            .key("version")
            .fault(format!("`{version}` is a Kubernetes that this imgbuild does not know"))
            .hint(format!("use 1.{} to 1.{}", quirks::OLDEST_MINOR, quirks::NEWEST_MINOR)))
    }
}

/// Programs as far as their version is told before they are there: whoever changes one of the two easily forgets the
/// other.
fn programs_fit(kubernetes: &Kubernetes, definition: &Definition, at: &Place) -> Result<()> {
    let control_plane = kubernetes.version;
    let programs = [
        ("kubeadm", Program::Kubeadm, &kubernetes.kubeadm),
        ("kubectl", Program::Kubectl, &kubernetes.kubectl),
        ("kubelet", Program::Kubelet, &kubernetes.kubelet),
    ];
    for (name, program, part) in programs {
        let Some(version) = told_version(part, definition) else { continue };
        if !skew::fits(program, version, control_plane) {
            let message = format!("{name} `{version}` does not go with Kubernetes `{control_plane}`");
            let hint = "name the version of `kubernetes.version` in its address or pin";
            return Err(at.key("kubernetes").key(name).fault(message).hint(hint));
        }
    }
    Ok(())
}

/// By the address of a download, or the pin of a repository's package.
fn told_version(part: &Part, definition: &Definition) -> Option<Version> {
    match part {
        Part::Artifact(artifact) => match &artifact.source {
            Source::File(download) | Source::Archive { download, .. } => skew::in_url(&download.url),
            Source::Stage { .. } | Source::Local(_) => None,
        },
        Part::Package(name) => {
            let repositories = definition.base.repositories.values();
            let mut pins = repositories.filter_map(|repository| repository.packages.get(name));
            skew::of_package(pins.next()?)
        }
    }
}

fn known_containerd(runtime: &Runtime, at: &Place) -> Result<u32> {
    let version = &runtime.containerd_version;
    quirks::containerd_config_version(version).ok_or_else(|| {
        at.key("runtime")
            .key("containerd_version")
            .fault(format!("`{version}` is a containerd that this imgbuild does not know"))
            .hint("use 1.6 or newer, or 2.x")
    })
}

fn runtime_speaks_to_kubelet(kubernetes: &Kubernetes, runtime: &Runtime, at: &Place) -> Result<()> {
    known_containerd(runtime, at)?;
    let (version, containerd) = (kubernetes.version, &runtime.containerd_version);
    if quirks::containerd_fits(version, containerd) {
        return Ok(());
    }
    let wanted =
        if quirks::needs_cri_v1alpha2(version) { "containerd 1.x" } else { "containerd 1.6 or newer" };
    let message = format!("containerd `{containerd}` does not serve kubelet `{version}`");
    let place = at.key("runtime").key("containerd_version");
    Err(place.fault(message).hint(format!("Kubernetes 1.{} needs {wanted}", version.minor)))
}

fn conntrack_is_there(kubernetes: &Kubernetes, definition: &Definition, at: &Place) -> Result<()> {
    let version = kubernetes.version;
    if quirks::needs_conntrack(version) && !definition.base.packages.contains("conntrack") {
        Err(at
            .key("base")
            .key("packages")
            .fault(format!("kubeadm `{version}` refuses to run without `conntrack`"))
            .hint("add `conntrack`"))
    } else {
        Ok(())
    }
}

fn held_packages_are_there(definition: &Definition, at: &Place) -> Result<()> {
    let base = &definition.base;
    let pinned = base.repositories.values().flat_map(|r| r.packages.keys());
    let installed: BTreeSet<&String> = base.packages.iter().chain([&base.kernel]).chain(pinned).collect();
    match base.hold.iter().find(|package| !installed.contains(package)) {
        Some(package) => Err(at
            .key("base")
            .key("hold")
            .fault(format!("`{package}` is held but not installed"))
            .hint("add it to `base.packages`, or remove it from `base.hold`")),
        None => Ok(()),
    }
}
