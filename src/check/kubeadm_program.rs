//! The image's kubeadm, as far as this machine has it already: fetched, built or unpacked by an earlier run.

use crate::Result;
use crate::apt::deb;
use crate::context::Context;
use crate::definition::{Part, Source};
use crate::digest::Sha256;
use crate::layers::content::Copier;
use crate::layers::entry::Node;
use crate::layers::members::{Kind, Members, Stream, read_error};
use crate::layers::{path, read};
use crate::lock::{BASE, Locked};
use crate::plan::{Built, Plan, Step};
use crate::store::Store;
use crate::template::Templates;
use std::io;
use std::path::{Path, PathBuf};

/// What it is called, also in the plan.
const NAME: &str = "kubeadm";
/// Where packages have it.
const PACKAGED: &str = "usr/bin/kubeadm";

/// Copies kubeadm to `to`; says whether it was there. Nothing is fetched, built or unpacked for it.
///
/// # Errors
/// What the store has of it is damaged, or the definition's templates or scripts cannot be read.
pub fn copy(context: &Context, store: &Store, locked: &Locked, to: &Path) -> Result<bool> {
    let Some(kubernetes) = &locked.definition().kubernetes else { return Ok(false) };
    let artifact = match &kubernetes.kubeadm {
        Part::Package(package) => return from_package(store, locked, package, to),
        Part::Artifact(artifact) => artifact,
    };
    let file = match &artifact.source {
        Source::File(download) => stored(store, &locked.download(download)?.sha256)?,
        Source::Local(path) => Some(path.clone()),
        Source::Stage { stage, output } => {
            let made = made(context, locked, |plan| plan.stages.get(stage))?;
            made.map(|folder| folder.join(output))
        }
        Source::Archive { .. } => {
            let made = made(context, locked, |plan| plan.archives.get(NAME))?;
            return made.map_or(Ok(false), |folder| from_members(&folder.join("members.tar"), to));
        }
    };
    let Some(file) = file else { return Ok(false) };
    fs_err::copy(file, to)?;
    Ok(true)
}

fn stored(store: &Store, sha256: &Sha256) -> Result<Option<PathBuf>> {
    store.contains(sha256).then(|| store.file(sha256)).transpose()
}

/// What an earlier run left of one step.
fn made(
    context: &Context,
    locked: &Locked,
    step: impl Fn(&Plan) -> Option<&Step>,
) -> Result<Option<PathBuf>> {
    let templates = Templates::open(&locked.definition().directory)?;
    // the agent is part of the disk alone, which is not asked for
    let plan = Plan::of(locked, &templates, None)?;
    let built = Built::open(context)?;
    Ok(step(&plan).and_then(|step| built.get(step)))
}

/// From the normalised tar that an archive becomes.
fn from_members(tar: &Path, to: &Path) -> Result<bool> {
    let tree = read::tree(tar, 0)?;
    let named = tree.iter().filter(|(member, _)| path::split(member).1 == NAME);
    let mut programs = named.filter_map(|(_, entry)| match &entry.node {
        Node::File(content) if entry.mode & 0o111 != 0 => Some(content),
        _ => None,
    });
    let Some(content) = programs.next() else { return Ok(false) };
    Copier::new().copy(content, &mut fs_err::File::create(to)?)?;
    Ok(true)
}

fn from_package(store: &Store, locked: &Locked, package: &str, to: &Path) -> Result<bool> {
    let deb = locked.debs(BASE)?.into_iter().find(|deb| deb.package == package);
    let file = deb.map(|deb| stored(store, &deb.sha256)).transpose()?.flatten();
    let Some(file) = file else { return Ok(false) };
    let mut members = Members::new(Stream(deb::data(&file)?));
    while let Some(member) = members.next()? {
        if member.kind == Kind::File && member.path == PACKAGED {
            io::copy(&mut members.content(), &mut fs_err::File::create(to)?).map_err(read_error)?;
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
