//! Merges all layers into the tree of the root file system: base, components, images, addons, overlay.

use super::materials::Materials;
use super::{Bakery, FSTAB, GRUB_CONFIG, apt_files, image_record, images};
use crate::Result;
use crate::definition::{Definition, Overlay, OverlayContent, Source};
use crate::disk;
use crate::layers::entry::{Content, Entry, Node};
use crate::layers::tree::Tree;
use crate::layers::{path, read, scrub, units};
use crate::lock::BASE;
use crate::template;
use anyhow::Context as _;
use serde_json::Value;

/// Where addon manifests are, as in the book.
pub const COMPONENTS: &str = "etc/kubernetes/components";

/// The whole root file system.
pub fn tree(bakery: &Bakery, materials: &Materials) -> Result<Tree> {
    let definition = bakery.locked.definition();
    let mut tree = read::tree(&materials.roots[BASE], bakery.locked.lock().epoch)?;
    scrub::scrub(&mut tree)?;
    for removed in &definition.remove {
        tree.remove(&path::from_absolute(removed)?);
    }
    add_artifacts(bakery, materials, &mut tree)?;
    add_manifests(bakery, &mut tree)?;
    tree.merge(images::layout(bakery, materials)?)?;
    if let Some(agent) = &bakery.agent {
        agent.add(&mut tree)?;
    }
    add_overlay(bakery, &mut tree)?;
    add_boot_files(bakery, &mut tree)?;
    apt_files::add(definition, &mut tree)?;
    image_record::add(bakery, materials, &mut tree)?;
    apply_units(definition, &mut tree)?;
    Ok(tree)
}

fn add_artifacts(bakery: &Bakery, materials: &Materials, tree: &mut Tree) -> Result<()> {
    for (name, artifact) in bakery.locked.definition().all_artifacts() {
        let to = path::from_absolute(&artifact.to)?;
        if let Source::Archive { .. } = artifact.source {
            let members = read::tree(&materials.archives[&name], tree.epoch())?;
            for (member, entry) in members.iter() {
                tree.insert(&path::join(&to, member), below(&to, entry.clone()))?;
            }
        } else {
            let file = materials.file(bakery, &artifact.source)?;
            tree.insert(&to, Entry::file(Content::of_file(&file)?, artifact.mode))?;
        }
    }
    Ok(())
}

/// Hard links name paths of their own archive, which now lie below `folder`.
fn below(folder: &str, entry: Entry) -> Entry {
    match entry.node {
        Node::Hardlink(target) => Entry { node: Node::Hardlink(path::join(folder, &target)), ..entry },
        _ => entry,
    }
}

fn add_manifests(bakery: &Bakery, tree: &mut Tree) -> Result<()> {
    if bakery.locked.definition().kubernetes.is_some() {
        tree.insert(COMPONENTS, Entry::directory(0o755))?;
    }
    for (name, download) in &bakery.locked.definition().manifests {
        let file = bakery.store.file(&bakery.locked.download(download)?.sha256)?;
        tree.insert(&path::join(COMPONENTS, name), Entry::file(Content::of_file(&file)?, 0o644))?;
    }
    for (name, text) in &bakery.locked.lock().rendered {
        let content = Content::Bytes(text.clone().into_bytes());
        tree.insert(&path::join(COMPONENTS, name), Entry::file(content, 0o644))?;
    }
    Ok(())
}

fn add_overlay(bakery: &Bakery, tree: &mut Tree) -> Result<()> {
    let variables = template::variables(bakery.locked.definition());
    for (absolute, overlay) in &bakery.locked.definition().overlay {
        let entry = overlay_entry(bakery, overlay, &variables)
            .with_context(|| format!("making `{absolute}` of the overlay"))?;
        tree.insert(&path::from_absolute(absolute)?, entry)?;
    }
    Ok(())
}

fn overlay_entry(bakery: &Bakery, overlay: &Overlay, variables: &Value) -> Result<Entry> {
    let text = |text: String| Entry::file(Content::Bytes(text.into_bytes()), overlay.mode);
    let entry = match &overlay.content {
        OverlayContent::Template(name) => text(bakery.templates.render(name, variables)?),
        OverlayContent::Text(content) => text(content.clone()),
        OverlayContent::File(file) => Entry::file(Content::of_file(file)?, overlay.mode),
        OverlayContent::Link(target) => Entry::symlink(target),
        OverlayContent::Directory => Entry::directory(overlay.mode),
    };
    Ok(Entry { uid: overlay.uid, gid: overlay.gid, ..entry })
}

/// What finds and mounts the root: both depend on identifiers that are derived, not written in a definition.
fn add_boot_files(bakery: &Bakery, tree: &mut Tree) -> Result<()> {
    let definition = bakery.locked.definition();
    let layout = disk::layout::Layout::of(definition)?;
    let mut variables = template::variables(definition);
    variables["root_uuid"] = layout.root_uuid.to_string().into();
    variables["esp_uuid"] = layout.esp_uuid().into();
    variables["kernel_arguments"] = definition.disk.kernel_arguments.clone().into();
    for (name, place) in [(GRUB_CONFIG, "boot/grub/grub.cfg"), (FSTAB, "etc/fstab")] {
        let text = bakery.templates.render(name, &variables)?;
        tree.insert(place, Entry::file(Content::Bytes(text.into_bytes()), 0o644))?;
    }
    tree.insert("boot/efi", Entry::directory(0o755))
}

fn apply_units(definition: &Definition, tree: &mut Tree) -> Result<()> {
    for unit in &definition.units.disable {
        units::disable(tree, unit)?;
    }
    for unit in &definition.units.enable {
        units::enable(tree, unit)?;
    }
    for unit in &definition.units.mask {
        units::mask(tree, unit)?;
    }
    Ok(())
}
