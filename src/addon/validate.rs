//! From the raw structs to an [`Addon`]: every value is judged here, at its place.

use super::folder::Folder;
use super::model::{Addon, Chart, HostNeeds, Manifest, ManifestSource};
use super::raw::{RawAddon, RawHostNeeds, RawManifest, RawPatch, RawReady};
use super::yaml;
use crate::architecture::Architecture;
use crate::definition::{Download, checks};
use crate::document::names::{Checked, is_dns_label, lower, require};
use crate::document::place::{Place, Result};
use crate::node::configuration::{Patch, PatchKind};
use std::path::Path;

/// The keys of which exactly one says where a manifest comes from.
const SOURCES: [&str; 4] = ["url", "file", "template", "chart"];

/// `raw` as the addon called `name`.
pub(super) fn addon(
    name: &str,
    raw: RawAddon,
    at: &Place,
    folder: &Folder,
    architecture: Architecture,
) -> Result<Addon> {
    let scope = Scope { addon: name, folder, architecture };
    let version = at.key("version");
    let listed = at.key("manifests");
    let manifests = raw.manifests.into_iter().enumerate();
    let manifests = manifests.map(|(index, raw)| manifest(raw, &listed.item(index), &scope));
    let patches = raw.patches.into_iter().enumerate();
    let patches = patches.map(|(index, raw)| patch(raw, &at.key("patches").item(index)));
    let ready = raw.ready.into_iter().enumerate();
    let ready = ready.map(|(index, raw)| ready_test(raw, &at.key("ready").item(index)));
    Ok(Addon {
        name: name.to_owned(),
        version: version.checked(version.required(raw.version)?, line)?,
        manifests: manifests.collect::<Result<_>>()?,
        images: at.key("images").items(raw.images, checks::image_reference)?,
        host: host(raw.host, &at.key("host"))?,
        after: at.key("after").items(raw.after, label)?,
        patches: patches.collect::<Result<_>>()?,
        ready: ready.collect::<Result<_>>()?,
        ingress: raw.ingress,
        retired: raw.retired.map(|text| at.key("retired").checked(text, line)).transpose()?,
    })
}

struct Scope<'a> {
    addon: &'a str,
    folder: &'a Folder,
    architecture: Architecture,
}

fn manifest(raw: RawManifest, at: &Place, scope: &Scope) -> Result<Manifest> {
    let set: Vec<&str> = SOURCES.into_iter().filter(|key| at.key(key).exists()).collect();
    let &[key] = set.as_slice() else {
        return Err(at
            .fault(format!("has {} sources", set.len()))
            .hint("set exactly one of `url`, `file`, `template` and `chart`"));
    };
    let here = at.key(key);
    let own = raw.url.as_ref().or(raw.file.as_ref()).or(raw.template.as_ref());
    let own =
        own.and_then(|text| Path::new(text).file_name()).map(|name| name.to_string_lossy().into_owned());
    let default = own.filter(|_| key != "chart").unwrap_or_else(|| format!("{}.yaml", scope.addon));
    let name = at.key("name").checked(raw.name.clone().unwrap_or(default), checks::manifest)?;
    let text = |file: Option<String>| {
        let file = here.checked(here.required(file)?, checks::manifest)?;
        let text = scope.folder.read(&file, &here)?;
        yaml::documents(&text).map_err(|fault| here.moved(fault))?;
        Ok::<String, crate::error::Fault>(text)
    };
    let source = match key {
        "file" => ManifestSource::Text(text(raw.file)?),
        "template" => ManifestSource::Template(text(raw.template)?),
        "url" => ManifestSource::Download(download(raw.url.clone(), raw, at, &here, scope)?),
        _ => chart(raw, at, &here, scope)?,
    };
    Ok(Manifest { name, source })
}

fn chart(raw: RawManifest, at: &Place, here: &Place, scope: &Scope) -> Result<ManifestSource> {
    let named = |given: Option<&String>, key: &str| {
        at.key(key).checked(given.map_or(scope.addon, String::as_str).to_owned(), label)
    };
    Ok(ManifestSource::Chart(Chart {
        release: named(raw.release.as_ref(), "release")?,
        namespace: named(raw.namespace.as_ref(), "namespace")?,
        values: raw.values.clone().unwrap_or_default().into(),
        download: download(raw.chart.clone(), raw, at, here, scope)?,
    }))
}

fn download(
    url: Option<String>,
    raw: RawManifest,
    at: &Place,
    here: &Place,
    scope: &Scope,
) -> Result<Download> {
    let url = here.required(url)?;
    checks::download(&url, here, raw.sha256, &at.key("sha256"), scope.architecture)
}

fn host(raw: RawHostNeeds, at: &Place) -> Result<HostNeeds> {
    Ok(HostNeeds {
        packages: at.key("packages").items(raw.packages, checks::package)?,
        modules: at.key("modules").items(raw.modules, module)?,
        enable: at.key("enable").items(raw.enable, checks::unit)?,
        mask: at.key("mask").items(raw.mask, checks::unit)?,
    })
}

fn patch(raw: RawPatch, at: &Place) -> Result<Patch> {
    let kind_at = at.key("type");
    let kind = match raw.kind.as_deref().unwrap_or("strategic") {
        "strategic" => PatchKind::Strategic,
        "merge" => PatchKind::Merge,
        "json" => PatchKind::Json,
        other => {
            let message = format!("`{other}` is no type of a patch");
            return Err(kind_at.fault(message).hint("write `strategic`, `merge` or `json`"));
        }
    };
    let patch = match raw.patch {
        serde_json::Value::String(text) => {
            let mut documents = yaml::documents(&text).map_err(|fault| at.key("patch").moved(fault))?;
            documents.pop().unwrap_or_default()
        }
        value => value,
    };
    Ok(Patch {
        resource: at.key("resource").checked(raw.resource, resource)?,
        namespace: raw.namespace.map(|name| at.key("namespace").checked(name, label)).transpose()?,
        kind,
        patch,
    })
}

fn ready_test(raw: RawReady, at: &Place) -> Result<Vec<String>> {
    let word = |text: String, key: &str| at.key(key).checked(text, line);
    let mut arguments = match (raw.condition, raw.jsonpath) {
        (Some(_), Some(_)) => {
            return Err(at.fault("has both `condition` and `jsonpath`").hint("write two entries"));
        }
        (Some(condition), None) => {
            vec!["wait".into(), format!("--for=condition={}", word(condition, "condition")?)]
        }
        (None, Some(path)) => vec!["wait".into(), format!("--for=jsonpath={}", word(path, "jsonpath")?)],
        (None, None) => vec!["rollout".to_owned(), "status".to_owned()],
    };
    arguments.push(at.key("resource").checked(raw.resource, resource)?);
    if let Some(namespace) = raw.namespace {
        arguments.push(format!("--namespace={}", at.key("namespace").checked(namespace, label)?));
    }
    let timeout = at.key("timeout").checked(raw.timeout.unwrap_or_else(|| "5m".to_owned()), duration)?;
    arguments.push(format!("--timeout={timeout}"));
    Ok(arguments)
}

fn label(text: &str) -> Checked {
    require(is_dns_label(text), text, "DNS label", "use lower-case letters, digits and `-`: `calico-system`")
}

/// `KIND[.GROUP]/NAME`, whose name may be filled in.
fn resource(text: &str) -> Checked {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:{} ".contains(&b);
    let part = |part: &str| !part.is_empty() && part.bytes().all(plain) && !part.starts_with('-');
    let valid = text.split_once('/').is_some_and(|(kind, name)| part(kind) && part(name));
    require(valid, text, "object", "write kind and name: `deployment/metrics-server`")
}

fn module(text: &str) -> Checked {
    require(lower(text, b"-_"), text, "kernel module", "write it as `lsmod` does: `iscsi_tcp`")
}

fn duration(text: &str) -> Checked {
    let valid = text.strip_suffix(['s', 'm', 'h']).is_some_and(|number| number.parse::<u16>().is_ok());
    require(valid, text, "duration", "write a whole number and `s`, `m` or `h`: `10m`")
}

/// One line of text.
fn line(text: &str) -> Checked {
    let valid = !text.is_empty() && !text.chars().any(char::is_control);
    require(valid, &text.escape_debug().to_string(), "line of text", "write one line that is not empty")
}
