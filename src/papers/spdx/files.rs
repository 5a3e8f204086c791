//! Files that come from no package: downloads, outputs of stages with their sources, the on-host agent.

use super::IMAGE;
use super::draft::{Draft, id};
use super::model::Package;
use crate::Result;
use crate::addon::{Addon, Manifest, ManifestSource};
use crate::apt::source_package::SourceFile;
use crate::definition::{Download, Source};
use crate::digest::Sha256;
use crate::papers::Subject;
use crate::papers::purl::Purl;
use crate::store::shown;
use std::path::Path;

/// Adds all that the image has besides packages and container images.
pub fn add(draft: &mut Draft, subject: &Subject) -> Result<()> {
    let definition = subject.locked.definition();
    for (name, artifact) in definition.all_artifacts() {
        let part = source(draft, subject, &name, &artifact.source)?;
        draft.add_to(IMAGE, part);
    }
    for (name, download) in &definition.manifests {
        let part = of_download(subject, id("manifest", name), name, download)?;
        draft.add_to(IMAGE, part.purpose("FILE"));
    }
    for (name, text) in &subject.locked.lock().rendered {
        let part =
            Package { package_file_name: Some(name.clone()), ..Package::new(id("rendered", name), name) };
        draft.add_to(IMAGE, part.purpose("FILE").sha256(Sha256::of(text)));
    }
    for addon in definition.addons.values() {
        let parts = addon.manifests.iter().filter_map(|manifest| addon_file(addon, manifest));
        parts.for_each(|part| draft.add_to(IMAGE, part));
    }
    if let Some(agent) = subject.agent {
        let part = Package::new(id("agent", "imgbuild-node"), "imgbuild-node").purpose("APPLICATION");
        let version = Some(env!("CARGO_PKG_VERSION").into());
        draft.add_to(IMAGE, Package { version_info: version, ..part }.sha256(agent));
    }
    Ok(())
}

/// The element for the file that `name` is in the definition; sources that it was built from are added.
pub fn source(draft: &mut Draft, subject: &Subject, name: &str, source: &Source) -> Result<Package> {
    match source {
        Source::File(download) => {
            let file = of_download(subject, id("file", &download.url), name, download)?;
            Ok(file.purpose("APPLICATION"))
        }
        Source::Archive { download, .. } => {
            let file = of_download(subject, id("archive", &download.url), name, download)?;
            Ok(file.purpose("ARCHIVE"))
        }
        Source::Stage { stage, output } => Ok(built(draft, subject, stage, output)),
        Source::Local(path) => local(name, path),
    }
}

/// A manifest that is a file of the addon itself; `None` for those that are published or rendered.
fn addon_file(addon: &Addon, manifest: &Manifest) -> Option<Package> {
    let (text, what) = match &manifest.source {
        ManifestSource::Text(text) => (text, "file"),
        ManifestSource::Template(text) => (text, "template, which is filled in for each cluster,"),
        ManifestSource::Download(_) | ManifestSource::Chart(_) => return None,
    };
    let id = id("addon", &format!("{}/{}", addon.name, manifest.name));
    let package = Package {
        version_info: Some(addon.version.clone()),
        package_file_name: Some(manifest.name.clone()),
        source_info: Some(format!("{what} of addon {}", addon.name)),
        ..Package::new(id, &manifest.name)
    };
    Some(package.purpose("FILE").sha256(Sha256::of(text)))
}

fn of_download(subject: &Subject, id: String, name: &str, download: &Download) -> Result<Package> {
    let package = Package {
        version_info: version(&download.url),
        package_file_name: file_name(&download.url),
        download_location: shown(&download.url),
        ..Package::new(id, name)
    };
    let package = package.sha256(subject.locked.download(download)?.sha256);
    Ok(match Purl::of_release(&download.url) {
        Some(purl) => package.purl(purl),
        None => package,
    })
}

fn file_name(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    path.rsplit('/').next().filter(|name| !name.is_empty()).map(ToOwned::to_owned)
}

/// The first segment of `url` that reads like a version: `v1.36.4`.
fn version(url: &str) -> Option<String> {
    let is_version = |segment: &&str| {
        let numbers = segment.strip_prefix('v').unwrap_or(segment);
        numbers.contains('.') && numbers.starts_with(|c: char| c.is_ascii_digit())
    };
    url.split('/').skip(3).find(is_version).map(ToOwned::to_owned)
}

fn local(name: &str, path: &Path) -> Result<Package> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha256 = Sha256::of_file(path)?;
    let package = Package { package_file_name: Some(file), ..Package::new(id("local", name), name) };
    Ok(package.purpose("FILE").sha256(sha256))
}

/// An output of a stage. Its digest is what the stage makes of its inputs, so the key over these stands for it.
fn built(draft: &mut Draft, subject: &Subject, stage: &str, output: &str) -> Package {
    let step = &subject.plan.stages[stage];
    let package = Package {
        source_info: Some(format!(
            "built by stage {stage}, whose inputs have the digest sha256:{}",
            step.key
        )),
        ..Package::new(id("built", &format!("{stage}/{output}")), output)
    };
    let sources = subject.locked.lock().sources.get(stage);
    for (name, files) in sources.into_iter().flatten() {
        let source = source_package(draft, subject, name, files);
        draft.relate(&package.id, "GENERATED_FROM", &source);
    }
    package.purpose("APPLICATION")
}

/// Adds a source package and its files; returns its identifier.
fn source_package(draft: &mut Draft, subject: &Subject, name: &str, files: &[SourceFile]) -> String {
    let suite = &subject.locked.definition().base.suites[0];
    let description = files.iter().find(|file| source_version(&file.name).is_some());
    let version = description.and_then(|file| source_version(&file.name));
    let id_of_package = id("source", &format!("{name}_{}", version.as_deref().unwrap_or_default()));
    let mut package = Package { version_info: version.clone(), ..Package::new(id_of_package.clone(), name) };
    if let (Some(description), Some(version)) = (description, &version) {
        package = package.purl(Purl::of_source(name, version, &description.archive, suite));
    }
    draft.add(package.purpose("SOURCE"));
    for file in files {
        let part = Package::new(id("source-file", &file.sha256.to_string()), &file.name).sha256(file.sha256);
        let part = Package { package_file_name: Some(file.name.clone()), ..part };
        draft.add_to(&id_of_package, part.purpose("SOURCE"));
    }
    id_of_package
}

/// `1.20.2-1` of `kubernetes_1.20.2-1.dsc`, where archives leave out an epoch.
fn source_version(file: &str) -> Option<String> {
    Some(file.strip_suffix(".dsc")?.split_once('_')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_addresses() {
        let version = |url: &str| version(url).unwrap_or_default();
        assert_eq!(version("https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet"), "v1.36.4");
        assert_eq!(version("https://10.0.0.1/a"), "");
        assert_eq!(version("https://example.org/v1/a"), "");
        assert_eq!(source_version("kubernetes_1.20.2-1.dsc").as_deref(), Some("1.20.2-1"));
    }
}
