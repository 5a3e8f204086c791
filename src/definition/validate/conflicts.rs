//! No two things at the same path or of the same name, nothing below a file, and nothing at a path that
//! imgbuild writes itself.

use super::super::model::{Artifact, Definition, OverlayContent, Source};
use super::Result;
use crate::document::place::Place;
use crate::node::configuration::COMPONENTS;
use std::collections::BTreeMap;

/// Paths that each bake or each machine writes itself.
const RESERVED: [&str; 7] = [
    "/boot/grub/grub.cfg",
    "/etc/fstab",
    "/etc/hostname",
    "/etc/imgbuild/image.json",
    "/etc/iscsi/initiatorname.iscsi",
    "/etc/machine-id",
    "/var/lib/dbus/machine-id",
];

/// A path that something occupies.
struct Claim<'a> {
    at: Place<'a>,
    folder: bool,
}

/// Refuses the first conflict in the order of paths.
pub fn check(definition: &Definition, at: &Place) -> Result<()> {
    refuse_names_of_components(definition, at)?;
    let mut claims: BTreeMap<String, Claim> = BTreeMap::new();
    for (path, claim) in all_claims(definition, at) {
        refuse_reserved(&path, &claim)?;
        if let Some(earlier) = claims.get(&path) {
            let message = format!("puts something at `{path}`, and so does `{}`", earlier.at.path());
            let hint = format!("`{}` was set at {}", earlier.at.path(), earlier.at.origin());
            return Err(claim.at.fault(message).hint(hint));
        }
        claims.insert(path, claim);
    }
    claims.iter().try_for_each(|(path, claim)| refuse_file_above(path, claim, &claims))
}

/// Components that come as files are artifacts too, each by its own name.
fn refuse_names_of_components(definition: &Definition, at: &Place) -> Result<()> {
    match definition.placed_parts().find(|(name, _)| definition.artifacts.contains_key(*name)) {
        Some((name, _)) => Err(at
            .key("artifacts")
            .key(name)
            .fault(format!("`{name}` is the name of a component"))
            .hint("give it another name")),
        None => Ok(()),
    }
}

fn all_claims<'a>(definition: &Definition, at: &Place<'a>) -> Vec<(String, Claim<'a>)> {
    let mut claims = vec![];
    let file = |path: &str, at: Place<'a>| (path.to_owned(), Claim { at, folder: false });
    for (section, name, artifact) in parts(definition) {
        claims.extend(destination(artifact).map(|path| file(path, at.key(section).key(name))));
    }
    for (name, artifact) in &definition.artifacts {
        claims.extend(destination(artifact).map(|path| file(path, at.key("artifacts").key(name))));
    }
    for name in definition.manifests.keys().chain(definition.charts.keys()) {
        claims.push(file(&format!("{COMPONENTS}/{name}"), at.key("manifests").key(name)));
    }
    for (path, overlay) in &definition.overlay {
        let folder = overlay.content == OverlayContent::Directory;
        claims.push((path.clone(), Claim { at: at.key("overlay").key(path), folder }));
    }
    claims
}

/// The components of the node that are files, each with the section of the definition that names it.
fn parts(definition: &Definition) -> impl Iterator<Item = (&'static str, &'static str, &Artifact)> {
    const RUNTIME: [&str; 3] = ["containerd", "runc", "cni"];
    let section = |name| if RUNTIME.contains(&name) { "runtime" } else { "kubernetes" };
    definition.placed_parts().map(move |(name, artifact)| (section(name), name, artifact))
}

/// The path of a single file; what an archive holds is not known yet.
fn destination(artifact: &Artifact) -> Option<&str> {
    let archive = matches!(artifact.source, Source::Archive { .. });
    (!archive).then_some(artifact.to.as_str())
}

fn refuse_reserved(path: &str, claim: &Claim) -> Result<()> {
    let host_key = path.starts_with("/etc/ssh/ssh_host_");
    if RESERVED.contains(&path) || host_key {
        Err(claim
            .at
            .fault(format!("`{path}` is written by imgbuild, or by each machine at its first boot"))
            .hint("choose another path"))
    } else {
        Ok(())
    }
}

fn refuse_file_above(path: &str, claim: &Claim, claims: &BTreeMap<String, Claim>) -> Result<()> {
    let above = path.match_indices('/').skip(1).map(|(end, _)| &path[..end]);
    let mut files =
        above.filter_map(|folder| claims.get_key_value(folder).filter(|(_, claim)| !claim.folder));
    match files.next() {
        Some((file, above)) => {
            let message = format!("`{path}` lies below `{file}`, which is no folder");
            Err(claim.at.fault(message).hint(format!(
                "`{}` was set at {}",
                above.at.path(),
                above.at.origin()
            )))
        }
        None => Ok(()),
    }
}
