//! What apt in the image is told about further repositories: where they are, their key, their pins.
//!
//! Debian's own sources are not here: cloud-init writes them at first boot, for the mirror that a host is
//! given.

use crate::Result;
use crate::definition::{Definition, Repository};
use crate::layers::entry::{Content, Entry};
use crate::layers::tree::Tree;
use std::path::Path;

/// Adds source, key and pins of every repository of `definition`.
pub fn add(definition: &Definition, tree: &mut Tree) -> Result<()> {
    for (name, repository) in &definition.base.repositories {
        let key = key_path(name, &repository.key);
        tree.insert(&key, Entry::file(Content::of_file(&repository.key)?, 0o644))?;
        let source = text(source(repository, &key));
        tree.insert(&format!("etc/apt/sources.list.d/{name}.sources"), source)?;
        if !repository.packages.is_empty() {
            tree.insert(&format!("etc/apt/preferences.d/{name}"), text(pins(repository)))?;
        }
    }
    Ok(())
}

fn text(text: String) -> Entry {
    Entry::file(Content::Bytes(text.into_bytes()), 0o644)
}

/// apt tells armoured keys from binary ones by the extension.
fn key_path(name: &str, key: &Path) -> String {
    let extension = if key.extension().is_some_and(|e| e == "asc") { "asc" } else { "gpg" };
    format!("etc/apt/keyrings/{name}.{extension}")
}

fn source(repository: &Repository, key: &str) -> String {
    let Repository { url, suite, components, .. } = repository;
    let components =
        if components.is_empty() { String::new() } else { format!("Components: {}\n", components.join(" ")) };
    format!("Types: deb\nURIs: {url}\nSuites: {suite}\n{components}Signed-By: /{key}\n")
}

/// Above 1000 a pin holds even against newer versions (`apt_preferences(5)`).
fn pins(repository: &Repository) -> String {
    let pin = |(name, version): (&String, &String)| {
        format!("Package: {name}\nPin: version {version}\nPin-Priority: 1001\n")
    };
    repository.packages.iter().map(pin).collect::<Vec<_>>().join("\n")
}
