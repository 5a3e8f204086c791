//! Addons by name: what they consist of becomes part of the definition.

use super::super::model::{Definition, Image, Overlay, OverlayContent};
use super::{Result, names};
use crate::addon::{self, Addon, ManifestSource};
use crate::document::place::Place;
use crate::error::Fault;
use crate::node::configuration::COMPONENTS;
use std::collections::BTreeSet;

/// Where the modules that addons need are listed for systemd.
const MODULES: &str = "/etc/modules-load.d/imgbuild-addons.conf";

/// Adds what each of `chosen` consists of; `at` is the list of them.
pub fn add(definition: &mut Definition, chosen: Vec<String>, at: &Place) -> Result<()> {
    for (index, name) in chosen.into_iter().enumerate() {
        let at = at.item(index);
        let name = at.checked(name, names::label)?;
        let architecture = definition.base.architecture;
        let addon =
            addon::load(&definition.directory, &name, architecture).map_err(|error| fault(error, &at))?;
        if definition.addons.contains_key(&name) {
            return Err(at.fault(format!("`{name}` is listed twice")).hint("remove one of the two"));
        }
        add_manifests(definition, &addon, &at)?;
        add_host(definition, &addon);
        for image in &addon.images {
            definition.images.entry(image.clone()).or_insert(Image::Pull { digest: None });
        }
        definition.addons.insert(name, addon);
    }
    add_modules(definition);
    Ok(())
}

fn fault(error: anyhow::Error, at: &Place) -> Fault {
    match error.downcast::<Fault>() {
        // one inside of the addon's own file names that file
        Ok(fault) if fault.message.starts_with("there is no addon") => at.moved(fault),
        Ok(fault) => fault,
        Err(error) => at.fault(format!("{error:#}")).hint("check the addon's folder"),
    }
}

fn add_manifests(definition: &mut Definition, addon: &Addon, at: &Place) -> Result<()> {
    for manifest in &addon.manifests {
        let path = format!("{COMPONENTS}/{}", manifest.name);
        let taken = definition.manifests.contains_key(&manifest.name)
            || definition.charts.contains_key(&manifest.name)
            || definition.overlay.contains_key(&path);
        if taken {
            let message = format!("its manifest `{}` is there already", manifest.name);
            return Err(at.fault(message).hint("remove that one, or give it another `name`"));
        }
        let name = manifest.name.clone();
        match &manifest.source {
            ManifestSource::Download(download) => {
                definition.manifests.insert(name, download.clone());
            }
            ManifestSource::Chart(chart) => {
                definition.charts.insert(name, chart.clone());
            }
            ManifestSource::Text(text) => {
                definition.overlay.insert(path, file(text.clone()));
            }
            ManifestSource::Template(_) => {}
        }
    }
    Ok(())
}

fn add_host(definition: &mut Definition, addon: &Addon) {
    definition.base.packages.extend(addon.host.packages.iter().cloned());
    definition.units.enable.extend(addon.host.enable.iter().cloned());
    definition.units.mask.extend(addon.host.mask.iter().cloned());
}

fn add_modules(definition: &mut Definition) {
    let modules: BTreeSet<&String> =
        definition.addons.values().flat_map(|addon| &addon.host.modules).collect();
    if modules.is_empty() {
        return;
    }
    let text =
        modules.into_iter().fold("# what addons need\n".to_owned(), |text, module| text + module + "\n");
    definition.overlay.entry(MODULES.to_owned()).or_insert(file(text));
}

fn file(text: String) -> Overlay {
    Overlay { content: OverlayContent::Text(text), mode: 0o644, uid: 0, gid: 0 }
}
