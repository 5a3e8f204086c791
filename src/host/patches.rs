//! What kubeadm is to change in what it makes, as files that it reads.

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::cluster::{KubeadmPatch, PatchTarget};
use crate::kubeadm::patches;

/// One file for each patch that concerns the host.
pub fn files(site: &Site, part: &Part) -> Result<Vec<File>> {
    let patches = patches::on(&site.scope, part.is_control_plane())?;
    patches.into_iter().map(|(target, patch)| file(target, patch)).collect()
}

fn file(target: PatchTarget, patch: &KubeadmPatch) -> Result<File> {
    Ok(File::public(patches::path(target), serde_json::to_string_pretty(patch)? + "\n"))
}
