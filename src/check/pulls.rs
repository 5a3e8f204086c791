//! Whether anything would be pulled: every image that a baked manifest names must be baked under the very name by
//! which containerd looks for it, and no container may insist on pulling.

use super::{Finding, Subject};
use crate::Result;
use crate::addon::AddonRecord;
use crate::addon::images::{PullPolicy, containerd_name};
use crate::bake::ImageRecord;
use crate::kube::quirks;
use crate::lock::Locked;
use std::collections::{BTreeMap, BTreeSet};

/// What decides, from an image's record or from its lock.
struct Shelf<'a> {
    /// References of all baked images.
    images: BTreeSet<&'a str>,
    /// For each manifest the images that it names.
    named: &'a BTreeMap<String, BTreeMap<String, PullPolicy>>,
    addons: BTreeMap<String, AddonRecord>,
    containerd: Option<&'a str>,
    /// Repository and images that kubeadm and the sandbox setting name, without those that hosts are told of.
    own: Vec<String>,
}

/// Judges the image of a cluster.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    Ok(Shelf::of_record(subject.image).findings())
}

/// Judges an image by its lock alone; every image in it is there by digest.
pub fn check_locked(locked: &Locked) -> Vec<Finding> {
    Shelf::of_lock(locked).findings()
}

impl<'a> Shelf<'a> {
    fn of_record(record: &'a ImageRecord) -> Self {
        Self {
            images: record.images.keys().map(String::as_str).collect(),
            named: &record.named,
            addons: record.addons.clone(),
            containerd: record.containerd.as_deref(),
            own: Vec::new(), // another check's matter
        }
    }

    fn of_lock(locked: &'a Locked) -> Self {
        let (definition, lock) = (locked.definition(), locked.lock());
        let addons = definition.addons.iter().map(|(name, addon)| (name.clone(), addon.into()));
        let composed = definition.images.keys().map(String::as_str);
        Self {
            images: lock.images.keys().map(String::as_str).chain(composed).collect(),
            named: &lock.named,
            addons: addons.collect(),
            containerd: definition.runtime.as_ref().map(|runtime| runtime.containerd_version.as_str()),
            own: definition.kubernetes.as_ref().map(own).unwrap_or_default(),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.own.iter().filter_map(|own| self.lacks(own)).collect();
        for (manifest, images) in self.named {
            for (image, policy) in images {
                findings.extend(self.unbaked(manifest, image));
                findings.extend((*policy == PullPolicy::Always).then(|| self.insists(manifest, image)));
            }
        }
        findings.extend(self.unpinned());
        findings
    }

    fn lacks(&self, own: &str) -> Option<Finding> {
        // hosts are told the tags of these two, whichever are baked
        let told = ["etcd", "coredns"].iter().any(|name| own.rsplit('/').next() == Some(*name));
        let there = if told {
            self.images.iter().any(|image| image.rsplit_once(':').is_some_and(|(name, _)| name == own))
        } else {
            self.images.contains(own)
        };
        let text = format!("kubeadm and containerd want `{own}`, which is not baked");
        (!there).then(|| Finding::error(text, "add it to `images` of the image's definition"))
    }

    fn unbaked(&self, manifest: &str, image: &str) -> Option<Finding> {
        let Some(name) = containerd_name(image) else {
            let text = format!("manifest `{manifest}` names `{image}`, which is no image reference");
            return Some(Finding::error(text, "correct the manifest"));
        };
        let text = format!("manifest `{manifest}` names `{image}`, and `{name}` is not baked");
        (!self.images.contains(name.as_str()))
            .then(|| Finding::error(text, "run `imgbuild lock` and bake the image anew"))
    }

    fn insists(&self, manifest: &str, image: &str) -> Finding {
        let text =
            format!("manifest `{manifest}` pulls `{image}` each time that it starts a container of it");
        let hint = "set `imagePullPolicy: IfNotPresent` there, by a patch of the addon for instance";
        if self.is_patched(manifest) { Finding::warning(text, hint) } else { Finding::error(text, hint) }
    }

    /// Whether the addon of `manifest` says something of pull policies itself.
    fn is_patched(&self, manifest: &str) -> bool {
        let of = |addon: &&AddonRecord| addon.manifests.iter().any(|own| own.name == manifest);
        let patches = self.addons.values().filter(of).flat_map(|addon| &addon.patches);
        patches.into_iter().any(|patch| patch.patch.to_string().contains("imagePullPolicy"))
    }

    fn unpinned(&self) -> Option<Finding> {
        let containerd = self.containerd?;
        let text =
            format!("containerd `{containerd}` does not keep baked images from kubelet's garbage collection");
        let hint = "use containerd 1.7.3 or newer, or keep enough of the disk free";
        (!quirks::containerd_pins_images(containerd)).then(|| Finding::warning(text, hint))
    }
}

/// What kubeadm and the sandbox setting of `kubernetes` name.
fn own(kubernetes: &crate::definition::Kubernetes) -> Vec<String> {
    let repository = &kubernetes.image_repository;
    let upstream = quirks::is_upstream_repository(repository);
    let images = quirks::control_plane_images(kubernetes.version).into_iter();
    let images = images.filter(|(name, _)| {
        let program = name.rsplit('/').next().unwrap_or(name);
        !kubernetes.skip_phases.contains(&format!("addon/{program}"))
    });
    let full = |(name, tag): (&str, String)| match name.rsplit('/').next().unwrap_or(name) {
        // one folder deeper upstream only
        "coredns" if !upstream => format!("{repository}/coredns"),
        "coredns" | "etcd" => format!("{repository}/{name}"),
        _ => format!("{repository}/{name}:{tag}"),
    };
    images.map(full).collect()
}
