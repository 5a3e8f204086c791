//! Container images: pulled or composed.

use super::super::model::{Compose, Image};
use super::super::raw::{RawCompose, RawImage};
use super::{Result, Scope, files, named, names, paths};
use crate::document::place::Place;
use std::collections::BTreeMap;

/// `PATH` of a composed image whose definition sets none. Kubernetes starts control-plane programs by bare
/// name, and a container runtime looks them up in the image's own `PATH`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// `images`.
pub fn images(raw: BTreeMap<String, RawImage>, at: &Place, scope: &Scope) -> Result<BTreeMap<String, Image>> {
    named(raw, at, names::image_reference, |raw, at| image(raw, at, scope))
}

fn image(raw: RawImage, at: &Place, scope: &Scope) -> Result<Image> {
    let digest_at = at.key("digest");
    match (raw.compose, raw.digest) {
        (Some(_), Some(_)) => Err(digest_at
            .fault("a composed image has no digest to expect")
            .hint("remove `digest`, or `compose` if the image is to be pulled")),
        (Some(compose), None) => Ok(Image::Compose(composed(compose, &at.key("compose"), scope)?)),
        (None, digest) => {
            let digest = digest.map(|raw| files::digest(raw, &digest_at, scope)).transpose()?;
            Ok(Image::Pull { digest: digest.flatten() })
        }
    }
}

fn composed(raw: RawCompose, at: &Place, scope: &Scope) -> Result<Compose> {
    let compose = Compose {
        packages: at.key("packages").items(raw.packages, names::package)?,
        path_exclude: at.key("path_exclude").items(raw.path_exclude, paths::pattern)?,
        files: named(raw.files, &at.key("files"), paths::absolute, |raw, at| {
            files::composed(raw, at, scope)
        })?,
        links: named(raw.links, &at.key("links"), paths::absolute, |to, at| {
            at.checked(to, paths::link_target)
        })?,
        entrypoint: at.key("entrypoint").items(raw.entrypoint, names::line)?,
        command: at.key("command").items(raw.command, names::line)?,
        environment: environment(raw.environment, &at.key("environment"))?,
        user: at.key("user").checked(raw.user, names::line)?,
    };
    if compose.packages.is_empty() && compose.files.is_empty() {
        Err(at.fault("has neither packages nor files").hint("set `packages` or `files`"))
    } else {
        distinct(compose, at)
    }
}

fn distinct(compose: Compose, at: &Place) -> Result<Compose> {
    match compose.links.keys().find(|path| compose.files.contains_key(*path)) {
        Some(path) => {
            Err(at.key("links").key(path).fault("is also in `files`").hint("remove one of the two"))
        }
        None => Ok(compose),
    }
}

fn environment(raw: BTreeMap<String, String>, at: &Place) -> Result<BTreeMap<String, String>> {
    let mut variables = named(raw, at, names::variable, |value, at| at.checked(value, names::line))?;
    variables.entry("PATH".to_owned()).or_insert_with(|| DEFAULT_PATH.to_owned());
    Ok(variables)
}
