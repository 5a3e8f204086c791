//! What `images/debian-13.yaml` downloads, as a mirror and a registry have it, and a project that pins what is there.

use super::Project;
use super::archive::{file, tar};
use super::image::{StandIn, objection};
use super::server::{Answer, Server};
use imgbuild::definition::{Definition, Download, Source};
use imgbuild::digest::Sha256;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/images");
/// What the manifest of metrics-server names and nothing else does.
const NAMED: &str = "registry.k8s.io/metrics-server/metrics-server:v0.9.0";

/// Everything that the definition names, under the paths of an artifact mirror.
pub struct Upstream {
    /// `/HOST/PATH` to what is there.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Reference to image.
    pub images: BTreeMap<String, StandIn>,
    /// Digests in the definition and in descriptions of addons, with those that must stand there instead.
    pub pins: BTreeMap<String, String>,
}

/// The definition that imgbuild ships.
pub fn shipped() -> Definition {
    imgbuild::definition::load(&Path::new(IMAGES).join("debian-13.yaml")).unwrap()
}

/// A stand-in for the file behind `url` that says no more than that.
pub fn text(url: &str) -> Vec<u8> {
    format!("# a stand-in for {url}\n").into_bytes()
}

/// A stand-in for the image `reference` that nobody can run; all share a layer.
pub fn image(reference: &str) -> StandIn {
    let shared = tar(&[file("etc/os-release", "ID=stand-in\n")]);
    StandIn::new(vec![shared, tar(&[file("etc/reference", reference)])])
}

impl Upstream {
    /// All that `definition` names: `program` is asked by URL for what artifacts consist of, `image` by reference for
    /// container images. Manifests are stand-ins.
    pub fn of(
        definition: &Definition,
        program: impl Fn(&str) -> Vec<u8>,
        image: impl Fn(&str) -> StandIn,
    ) -> Self {
        let mut upstream = Self { files: BTreeMap::new(), images: BTreeMap::new(), pins: BTreeMap::new() };
        for artifact in definition.all_artifacts().into_values() {
            if let Source::File(download) | Source::Archive { download, .. } = &artifact.source {
                upstream.add(download, program(&download.url));
            }
        }
        for download in definition.manifests.values() {
            upstream.add(download, manifest(&download.url));
        }
        let references = definition.images.keys().map(String::as_str).chain([NAMED]);
        upstream.images = references.map(|reference| (reference.to_owned(), image(reference))).collect();
        upstream
    }

    /// A project with the shipped definition and addons, the digests of what is here in place of their own.
    pub fn project(&self) -> Project {
        let project = Project::empty();
        let images = Path::new(IMAGES);
        for name in ["debian-13.yaml", "node.yaml"] {
            project.write(&format!("images/{name}"), self.pinned(&images.join(name)));
        }
        for name in imgbuild::addon::shipped() {
            for entry in std::fs::read_dir(images.with_file_name("addons").join(name)).unwrap() {
                let path = entry.unwrap().path();
                let to = format!("addons/{name}/{}", path.file_name().unwrap().display());
                project.write(&to, self.pinned(&path));
            }
        }
        project
    }

    /// Serves it all; images like a registry that wants a token even of strangers.
    pub fn serve(&self) -> Server {
        let (files, images) = (self.files.clone(), self.image_paths());
        Server::start(move |request| {
            let path = request.target.split('?').next().unwrap_or_default();
            if path == "/token" {
                return Answer::Whole(br#"{"token": "stranger"}"#.to_vec());
            }
            if let Some(body) = images.get(path) {
                let realm = format!("http://{}/token", request.header("host").unwrap());
                return objection(request, &realm, body).unwrap_or_else(|| Answer::Whole(body.clone()));
            }
            files.get(path).cloned().map_or_else(Answer::not_found, Answer::Whole)
        })
    }

    fn add(&mut self, download: &Download, body: Vec<u8>) {
        let digest = Sha256::of(&body).to_string();
        self.pins.extend(download.sha256.map(|pinned| (pinned.to_string(), digest)));
        self.files.insert(download.url.replace("https:/", ""), body);
    }

    /// The text of a file that pins digests.
    fn pinned(&self, path: &Path) -> String {
        let text = std::fs::read_to_string(path).unwrap();
        self.pins.iter().fold(text, |text, (pinned, here)| text.replace(pinned, here))
    }

    fn image_paths(&self) -> BTreeMap<String, Vec<u8>> {
        let paths = self.images.iter().flat_map(|(reference, image)| {
            let (name, tag) = reference.rsplit_once(':').unwrap();
            let (registry, repository) = name.split_once('/').unwrap();
            let host = registry.replace("docker.io", "registry-1.docker.io");
            let base = format!("/{host}/v2/{repository}");
            image.paths(tag).into_iter().map(move |(path, body)| (format!("{base}{path}"), body))
        });
        paths.collect()
    }
}

fn manifest(url: &str) -> Vec<u8> {
    let mut body = text(url);
    if url.contains("metrics-server") {
        let pod = json!({"kind": "Pod", "spec": {"containers": [{"name": "a", "image": NAMED}]}});
        body.extend(pod.to_string().into_bytes());
    }
    body
}
