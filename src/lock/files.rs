//! The project's own files that go into an image: nobody can fetch them, so a lock says only what is in them.

use crate::Result;
use crate::bake::TEMPLATES;
use crate::definition::{Definition, Image, OverlayContent, Source};
use crate::digest::Sha256;
use crate::template::Templates;
use std::collections::BTreeMap;
use std::path::Path;

/// Path below the project to the digest of what is there: scripts of stages, keys of repositories, files of overlay,
/// artifacts and composed images, and templates. What is built into imgbuild does not count.
pub fn files(definition: &Definition) -> Result<BTreeMap<String, Sha256>> {
    let project = definition.directory.parent().unwrap_or(&definition.directory);
    let mut files = templates(definition)?;
    for path in named(definition) {
        let below = path.strip_prefix(project).unwrap_or(path);
        files.insert(below.to_string_lossy().into_owned(), Sha256::of_file(path)?);
    }
    Ok(files)
}

/// Files that the definition names by their paths.
fn named(definition: &Definition) -> Vec<&Path> {
    let scripts = definition.stages.values().map(|stage| stage.script.as_path());
    let keys = definition.base.repositories.values().map(|repository| repository.key.as_path());
    let overlay = definition.overlay.values().filter_map(|overlay| match &overlay.content {
        OverlayContent::File(path) => Some(path.as_path()),
        _ => None,
    });
    let placed = definition.all_artifacts().into_values().map(|artifact| &artifact.source);
    let composed = definition.images.values().flat_map(composed).filter_map(local);
    scripts.chain(keys).chain(overlay).chain(placed.filter_map(local)).chain(composed).collect()
}

/// Where the files of `image` come from, if it is composed.
fn composed(image: &Image) -> Vec<&Source> {
    match image {
        Image::Compose(compose) => compose.files.values().map(|file| &file.source).collect(),
        Image::Pull { .. } => Vec::new(),
    }
}

fn local(source: &Source) -> Option<&Path> {
    match source {
        Source::Local(path) => Some(path.as_path()),
        _ => None,
    }
}

/// The project's own among the templates of the overlay and those that every image gets.
fn templates(definition: &Definition) -> Result<BTreeMap<String, Sha256>> {
    let templates = Templates::open(&definition.directory)?;
    let overlay = definition.overlay.values().filter_map(|overlay| match &overlay.content {
        OverlayContent::Template(name) => Some(name.as_str()),
        _ => None,
    });
    let mut files = BTreeMap::new();
    for name in overlay.chain(TEMPLATES) {
        let own = templates.own_files(name)?;
        files.extend(own.into_iter().map(|(name, sha256)| (format!("templates/{name}"), sha256)));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition;

    const DEFINITION: &str = "schema: 1
name: a
base:
  suites: [x1]
  kernel: k1
  repositories:
    k: {url: 'https://example.org/deb', key: ../keys/k.asc, packages: {kubelet: 1.30.1-1.1}}
stages:
  s: {packages: [], script: s.sh, outputs: [x]}
artifacts:
  own: {file: own, to: /opt/own}
  x: {stage: s, output: x, to: /opt/x}
overlay:
  /etc/f: {file: sub/f}
  /etc/hosts: {template: etc/hosts}
  /etc/t: {template: outer}
images:
  'example.org/a:1':
    compose: {files: {/c: {file: composed}}}
";

    /// A project in which every file holds its own name, but for the definition and a template that includes one.
    fn project() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let names = ["images/composed", "images/own", "images/s.sh", "images/sub/f", "images/unused"];
        let more = ["keys/k.asc", "templates/boot/grub.cfg", "templates/inner", "templates/unused"];
        let files = names.into_iter().chain(more).map(|name| (name, name));
        let written = [("images/a.yaml", DEFINITION), ("templates/outer", "{% include \"inner\" %}")];
        for (name, text) in files.chain(written) {
            let path = dir.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn every_file_of_the_project_that_goes_in_is_named_with_its_digest() {
        let project = project();
        let definition = definition::load(&project.path().join("images/a.yaml")).unwrap();
        let files = files(&definition).unwrap();
        let expected = [
            "images/composed",
            "images/own",
            "images/s.sh",
            "images/sub/f",
            "keys/k.asc",
            "templates/boot/grub.cfg",
            "templates/inner",
            "templates/outer",
        ];
        assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(files["templates/inner"], Sha256::of("templates/inner"));
        assert_eq!(files["images/s.sh"], Sha256::of("images/s.sh"));
    }
}
