//! Enabling systemd units in a tree, as `systemctl --root enable` does: by links that `[Install]` asks for.
//!
//! Source: systemctl(1), `enable`, `disable`, `mask`; systemd.unit(5).

mod install;
mod name;

use super::entry::{Entry, Node};
use super::path;
use super::tree::Tree;
use crate::Result;
use crate::error::Fault;
use install::Install;
use name::UnitName;
use std::collections::BTreeSet;

/// Where administrators' units and all links are.
const SYSTEM: &str = "etc/systemd/system";
/// Where unit files are, in order of precedence.
const UNIT_PATH: [&str; 3] = [SYSTEM, "usr/lib/systemd/system", "lib/systemd/system"];
/// What masked units are linked to.
const NOTHING: &str = "/dev/null";

/// A unit that the image has.
struct Unit {
    /// Its name, an alias replaced by what it stands for.
    name: String,
    /// The absolute path of its file.
    file: String,
    install: Install,
}

/// Adds the links that enable `unit`, and those of units that it names with `Also=`.
///
/// # Errors
/// If the image has no such unit, it is masked, it asks for no links, or it is a template without an instance.
pub fn enable(tree: &mut Tree, unit: &str) -> Result<()> {
    let found = find(tree, unit)?.ok_or_else(|| missing(unit))?;
    if found.install.is_empty() {
        return Err(Fault::input(format!("the unit `{unit}` asks for nothing in `[Install]`"))
            .hint("remove it from `units.enable`; something else starts it, or nothing can")
            .into());
    }
    for unit in with_also(tree, found)? {
        enable_one(tree, &unit)?;
    }
    Ok(())
}

/// Removes every link that enables `unit` or one that it names with `Also=`; masks stay.
pub fn disable(tree: &mut Tree, unit: &str) -> Result<()> {
    let found = find(tree, unit)?.ok_or_else(|| missing(unit))?;
    let names: BTreeSet<String> = with_also(tree, found)?.into_iter().map(|unit| unit.name).collect();
    let is_link = |(link, entry): &(&str, &Entry)| {
        let Node::Symlink(target) = &entry.node else { return false };
        target != NOTHING && [link, target.as_str()].iter().any(|path| names.contains(path::split(path).1))
    };
    let links: Vec<String> = tree.below(SYSTEM).filter(is_link).map(|(link, _)| link.to_owned()).collect();
    for link in links {
        tree.remove(&link);
    }
    Ok(())
}

/// Makes it impossible to start `unit`, whether or not the image has it.
pub fn mask(tree: &mut Tree, unit: &str) -> Result<()> {
    link(tree, &format!("{SYSTEM}/{unit}"), NOTHING)
}

fn enable_one(tree: &mut Tree, unit: &Unit) -> Result<()> {
    let Unit { name, file, install } = unit;
    let name = match (&install.default_instance, UnitName::new(name)) {
        (Some(instance), template) if template.is_template() => template.of_instance(instance),
        (None, template) if template.is_template() => return Err(no_instance(name)),
        _ => name.clone(),
    };
    let parts = UnitName::new(&name);
    let folders =
        [(&install.wanted_by, "wants"), (&install.required_by, "requires"), (&install.upheld_by, "upholds")];
    for (targets, kind) in folders {
        for target in targets {
            link(tree, &format!("{SYSTEM}/{}.{kind}/{name}", parts.expand(target)), file)?;
        }
    }
    for alias in &install.aliases {
        link(tree, &format!("{SYSTEM}/{}", parts.expand(alias)), file)?;
    }
    Ok(())
}

/// `unit` and all that it names with `Also=`, directly or not, as far as the image has them.
fn with_also(tree: &Tree, unit: Unit) -> Result<Vec<Unit>> {
    let mut units = Vec::new();
    let mut todo = vec![unit];
    let mut seen = BTreeSet::new();
    while let Some(unit) = todo.pop() {
        if !seen.insert(unit.name.clone()) {
            continue;
        }
        for also in &unit.install.also {
            todo.extend(find(tree, &UnitName::new(&unit.name).expand(also))?);
        }
        units.push(unit);
    }
    Ok(units)
}

fn link(tree: &mut Tree, at: &str, target: &str) -> Result<()> {
    tree.insert(at, Entry::symlink(target))
}

fn find(tree: &Tree, unit: &str) -> Result<Option<Unit>> {
    let masked = format!("{SYSTEM}/{unit}");
    if tree.get(&masked).is_some_and(|entry| entry.node == Node::Symlink(NOTHING.to_owned())) {
        return Err(Fault::input(format!("the unit `{unit}` is masked"))
            .hint(format!("remove `/{masked}` with `remove`, or leave the unit alone"))
            .into());
    }
    for name in std::iter::once(unit.to_owned()).chain(UnitName::new(unit).template()) {
        for folder in UNIT_PATH {
            if let Some(file) = tree.follow(&format!("{folder}/{name}")).map(|(real, _)| real)
                && let Some(text) = text(tree, &file)?
            {
                return Ok(Some(describe(unit, &name, &file, &text)));
            }
        }
    }
    Ok(None)
}

/// `name` was found for `unit`: itself, its template, or an alias that leads to a file of another name.
fn describe(unit: &str, name: &str, file: &str, text: &str) -> Unit {
    let real = path::split(file).1;
    let name = if name == unit && !UnitName::new(real).is_template() { real } else { unit };
    Unit { name: name.to_owned(), file: format!("/{file}"), install: Install::parse(text) }
}

fn text(tree: &Tree, file: &str) -> Result<Option<String>> {
    match tree.get(file).map(|entry| &entry.node) {
        Some(Node::File(content)) => Ok(Some(String::from_utf8_lossy(&content.to_vec()?).into_owned())),
        Some(Node::Hardlink(first)) => text(tree, first),
        _ => Ok(None),
    }
}

fn missing(unit: &str) -> anyhow::Error {
    Fault::input(format!("the image has no unit `{unit}`"))
        .hint("add the package that brings it, or an overlay below `/etc/systemd/system`")
        .into()
}

fn no_instance(unit: &str) -> anyhow::Error {
    Fault::input(format!("`{unit}` is a template without a default instance"))
        .hint("name an instance, such as `getty@tty1.service`")
        .into()
}

#[cfg(test)]
mod tests;
