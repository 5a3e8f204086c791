//! Files, links and folders laid over the base.

use super::super::model::{Overlay, OverlayContent};
use super::super::raw::RawOverlay;
use super::{Result, Scope, files, local, named, paths};
use crate::document::place::Place;
use crate::template;
use std::collections::BTreeMap;

/// The keys of which exactly one says what is at a path.
const CONTENTS: [&str; 5] = ["template", "file", "text", "link", "directory"];
const HINT: &str = "set exactly one of `template`, `file`, `text`, `link` and `directory`";

/// `overlay`.
pub fn overlay(
    raw: BTreeMap<String, RawOverlay>,
    at: &Place,
    scope: &Scope,
) -> Result<BTreeMap<String, Overlay>> {
    named(raw, at, paths::in_image, |raw, at| one(raw, at, scope))
}

fn one(raw: RawOverlay, at: &Place, scope: &Scope) -> Result<Overlay> {
    let (uid, gid) = (raw.uid.unwrap_or(0), raw.gid.unwrap_or(0));
    let mode = raw.mode.clone();
    let content = content(raw, at, scope)?;
    let default = if content == OverlayContent::Directory { 0o755 } else { 0o644 };
    if mode.is_some() && matches!(content, OverlayContent::Link(_)) {
        return Err(at.key("mode").fault("a link has no mode").hint("remove it"));
    }
    Ok(Overlay { content, mode: files::mode(mode.as_deref(), default, at)?, uid, gid })
}

fn content(raw: RawOverlay, at: &Place, scope: &Scope) -> Result<OverlayContent> {
    let set: Vec<&str> = CONTENTS.into_iter().filter(|key| at.key(key).exists()).collect();
    if let [first, second, ..] = set.as_slice() {
        let hint = format!("`{first}` was set at {}; remove one with `null`", at.key(first).origin());
        return Err(at.key(second).fault(format!("is set besides `{first}`")).hint(hint));
    }
    match raw {
        RawOverlay { template: Some(name), .. } => Ok(OverlayContent::Template(known(name, at, scope)?)),
        RawOverlay { file: Some(path), .. } => {
            Ok(OverlayContent::File(local::file(&path, &at.key("file"), scope)?))
        }
        RawOverlay { text: Some(text), .. } => Ok(OverlayContent::Text(text)),
        RawOverlay { link: Some(target), .. } => {
            Ok(OverlayContent::Link(at.key("link").checked(target, paths::link_target)?))
        }
        RawOverlay { directory: Some(true), .. } => Ok(OverlayContent::Directory),
        _ => Err(at.fault("does not say what is there").hint(HINT)),
    }
}

fn known(name: String, at: &Place, scope: &Scope) -> Result<String> {
    let at = at.key("template");
    let name = at.checked(name, paths::relative)?;
    if template::exists(scope.directory(), &name) {
        Ok(name)
    } else {
        Err(at.fault(format!("there is no template `{name}`")).hint(format!(
            "write it as `{}`",
            template::project_folder(scope.directory()).join(&name).display()
        )))
    }
}
