//! Downloads, files from elsewhere, and parts that may also come from a package.

use super::super::model::{Artifact, ComposedFile, Download, Part, Source};
use super::super::raw::{RawDigest, RawFile};
use super::{Result, Scope, local, names, paths, urls};
use crate::digest::Sha256;
use crate::document::place::Place;

/// The keys of which exactly one says where a file comes from.
const SOURCES: [&str; 5] = ["package", "url", "archive", "stage", "file"];
/// Keys that need another one.
const BELONGS: [(&str, &[&str]); 6] = [
    ("sha256", &["url", "archive"]),
    ("strip", &["archive"]),
    ("members", &["archive"]),
    ("output", &["stage"]),
    ("mode", &["url", "stage", "file"]),
    ("to", &["url", "archive", "stage", "file"]),
];

/// Mode of a single file where the definition does not say.
const DATA: u32 = 0o644;
/// Mode of a program where the definition does not say.
const PROGRAM: u32 = 0o755;

/// A URL and its digest.
pub fn download(
    url: &str,
    url_at: &Place,
    sha256: Option<RawDigest>,
    sha256_at: &Place,
    scope: &Scope,
) -> Result<Download> {
    let url = url_at.checked(scope.fill(url), urls::download)?;
    Ok(Download { url, sha256: sha256.map(|raw| digest(raw, sha256_at, scope)).transpose()?.flatten() })
}

/// The digest for the architecture of `scope`; a mapping must have it.
pub fn digest(raw: RawDigest, at: &Place, scope: &Scope) -> Result<Option<Sha256>> {
    let by_architecture = match raw {
        RawDigest::One(text) => return at.parse(&text).map(Some),
        RawDigest::ByArchitecture(map) => map,
    };
    if let Some(name) = by_architecture.keys().find(|name| !["amd64", "arm64"].contains(&name.as_str())) {
        return Err(at
            .key(name)
            .fault(format!("unknown architecture `{name}`"))
            .hint("write `amd64` or `arm64`"));
    }
    let wanted = scope.architecture().debian();
    let Some(text) = by_architecture.get(wanted) else {
        return Err(at.fault(format!("no digest for `{wanted}`")).hint(format!("add `{wanted}: <sha256>`")));
    };
    at.key(wanted).parse(text).map(Some)
}

/// A component of the node called `name`: a package, or files that go to `/usr/bin` by default.
pub fn part(raw: RawFile, name: &str, at: &Place, scope: &Scope) -> Result<Part> {
    if source_key(at)? == "package" {
        let at = at.key("package");
        let package = at.checked(scope.fill(&at.required(raw.package)?), names::package)?;
        return Ok(Part::Package(package));
    }
    // archives go where the definition says: there is no telling what is in them
    let usual = raw.archive.is_none().then(|| format!("/usr/bin/{name}"));
    let raw = RawFile { to: raw.to.or(usual), ..raw };
    placed(raw, PROGRAM, at, scope).map(Part::Artifact)
}

/// A further file.
pub fn artifact(raw: RawFile, at: &Place, scope: &Scope) -> Result<Artifact> {
    refuse(at, "package", "packages are installed by listing them in `base.packages`")?;
    placed(raw, DATA, at, scope)
}

/// A file of a composed image.
pub fn composed(raw: RawFile, at: &Place, scope: &Scope) -> Result<ComposedFile> {
    refuse(at, "package", "list it in `packages` of the image")?;
    refuse(at, "archive", "composed images take single files: use `url`, `stage` or `file`")?;
    refuse(at, "to", "the key of this entry already says where the file goes")?;
    let mode = mode(raw.mode.as_deref(), DATA, at)?;
    Ok(ComposedFile { source: source(raw, at, scope)?, mode })
}

/// Permission bits written as a string: YAML would read a bare `0755` as the number 755.
pub fn mode(text: Option<&str>, default: u32, at: &Place) -> Result<u32> {
    let Some(text) = text else { return Ok(default) };
    let octal = matches!(text.len(), 3 | 4) && text.bytes().all(|b| (b'0'..=b'7').contains(&b));
    match u32::from_str_radix(text, 8) {
        Ok(mode) if octal => Ok(mode),
        _ => {
            let hint = "write three or four octal digits in quotes: \"0755\"";
            Err(at.key("mode").fault(format!("`{text}` is no mode")).hint(hint))
        }
    }
}

fn placed(raw: RawFile, default_mode: u32, at: &Place, scope: &Scope) -> Result<Artifact> {
    let to_at = at.key("to");
    let to = to_at.checked(to_at.required(raw.to.clone())?, paths::in_image)?;
    let mode = mode(raw.mode.as_deref(), default_mode, at)?;
    Ok(Artifact { source: source(raw, at, scope)?, to, mode })
}

fn source(raw: RawFile, at: &Place, scope: &Scope) -> Result<Source> {
    let key = source_key(at)?;
    let here = at.key(key);
    match key {
        "url" => {
            let url = here.required(raw.url)?;
            Ok(Source::File(download(&url, &here, raw.sha256, &at.key("sha256"), scope)?))
        }
        "archive" => Ok(Source::Archive {
            download: download(&here.required(raw.archive)?, &here, raw.sha256, &at.key("sha256"), scope)?,
            strip: raw.strip.unwrap_or(0),
            members: at.key("members").items(raw.members, paths::member)?,
        }),
        "stage" => stage_output(here.required(raw.stage)?, raw.output, at, scope),
        _ => Ok(Source::Local(local::file(&here.required(raw.file)?, &here, scope)?)),
    }
}

fn stage_output(stage: String, output: Option<String>, at: &Place, scope: &Scope) -> Result<Source> {
    let Some(outputs) = scope.stage(&stage) else {
        let known = list(scope.stages());
        return Err(at
            .key("stage")
            .fault(format!("there is no stage `{stage}`"))
            .hint(format!("stages: {known}")));
    };
    let output = at.key("output").required(output)?;
    if !outputs.contains(&output) {
        let known = list(outputs.iter().map(String::as_str));
        let message = format!("stage `{stage}` has no output `{output}`");
        return Err(at.key("output").fault(message).hint(format!("outputs of `{stage}`: {known}")));
    }
    Ok(Source::Stage { stage, output })
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The one source key that is set here, after checking that all other keys go with it.
fn source_key(at: &Place) -> Result<&'static str> {
    let set: Vec<&'static str> = SOURCES.into_iter().filter(|key| at.key(key).exists()).collect();
    let &[source] = set.as_slice() else { return Err(not_one(&set, at)) };
    for (key, with) in BELONGS {
        if at.key(key).exists() && !with.contains(&source) {
            let hint = format!("`{key}` belongs to {}", list(with.iter().copied()));
            return Err(at.key(key).fault(format!("makes no sense with `{source}`")).hint(hint));
        }
    }
    Ok(source)
}

fn not_one(set: &[&str], at: &Place) -> crate::error::Fault {
    let known = list(SOURCES.into_iter());
    let (Some(first), Some(last)) = (set.first(), set.last()) else {
        return at.fault("does not say where it comes from").hint(format!("set one of {known}"));
    };
    let (one, other) = (at.key(first), at.key(last));
    let hint = format!(
        "`{first}` was set at {}, `{last}` at {}; set the inherited one to `null`",
        one.origin(),
        other.origin()
    );
    other.fault(format!("has both `{first}` and `{last}`")).hint(hint)
}

fn refuse(at: &Place, key: &str, hint: &str) -> Result<()> {
    if at.key(key).exists() { Err(at.key(key).fault("is not possible here").hint(hint)) } else { Ok(()) }
}
