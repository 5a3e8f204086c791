//! Small files in place of what `images/debian-13.yaml` downloads, behind the same URLs.

use crate::support::archive::{file, tar, tar_gz};
use crate::support::image::{StandIn, objection};
use crate::support::server::{Answer, Server};
use imgbuild::definition::Definition;
use imgbuild::digest::Sha256;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Everything that the definition names, under the paths of an artifact mirror.
pub struct Upstream {
    /// `/HOST/PATH` to what is there.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Reference to image.
    pub images: BTreeMap<String, StandIn>,
    /// What must be merged over the definition, so that it pins the stand-ins and not the real files.
    pub digests: Map<String, Value>,
    /// Digests in descriptions of addons, with those that must stand there instead.
    pub addon_digests: BTreeMap<String, String>,
}

/// What the manifest of metrics-server names and nothing else does.
const NAMED: &str = "registry.k8s.io/metrics-server/metrics-server:v0.9.0";

impl Upstream {
    /// Stand-ins for all that the definition `written` names, which is `definition` once it is read.
    pub fn of(written: &Value, definition: &Definition) -> Self {
        let mut upstream = Self {
            files: BTreeMap::new(),
            images: BTreeMap::new(),
            digests: Map::new(),
            addon_digests: BTreeMap::new(),
        };
        for section in ["kubernetes", "runtime"] {
            let digests = upstream.add_downloads(&written[section]);
            upstream.digests.insert(section.into(), digests.unwrap_or_else(|| json!({})));
        }
        upstream.add_manifests(definition);
        upstream.add_images(definition.images.keys().map(String::as_str).chain([NAMED]));
        upstream
    }

    /// What stands in for the single file behind `url`.
    pub fn file(url: &str) -> Vec<u8> {
        format!("# a stand-in for {url}\n").into_bytes()
    }

    /// What stands in for the member `name` of the archive behind `url`.
    pub fn member(name: &str, url: &str) -> String {
        format!("# a stand-in for {name} of {url}\n")
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

    /// Adds what is behind each `url` and `archive` in `value`; returns the digests that replace its own.
    fn add_downloads(&mut self, value: &Value) -> Option<Value> {
        let map = value.as_object()?;
        let text = |key: &str| map.get(key)?.as_str().map(|url| url.replace("{arch}", "amd64"));
        if let Some(url) = text("url").or_else(|| text("archive")) {
            let body = if map.contains_key("archive") { archive(&url) } else { Self::file(&url) };
            let digest = json!({ "sha256": Sha256::of(&body).to_string() });
            self.files.insert(url.replace("https:/", ""), body);
            return map.contains_key("sha256").then_some(digest);
        }
        let replaced = map.iter().filter_map(|(key, value)| Some((key.clone(), self.add_downloads(value)?)));
        Some(replaced.collect::<Map<_, _>>().into())
    }

    fn add_manifests(&mut self, definition: &Definition) {
        for download in definition.manifests.values() {
            let mut body = Self::file(&download.url);
            if download.url.contains("metrics-server") {
                let pod = json!({"kind": "Pod", "spec": {"containers": [{"name": "a", "image": NAMED}]}});
                body.extend(pod.to_string().into_bytes());
            }
            let digest = Sha256::of(&body).to_string();
            self.addon_digests.extend(download.sha256.map(|pinned| (pinned.to_string(), digest)));
            self.files.insert(download.url.replace("https:/", ""), body);
        }
    }

    fn add_images<'a>(&mut self, references: impl Iterator<Item = &'a str>) {
        let shared = tar(&[file("etc/os-release", "ID=stand-in\n")]);
        for reference in references {
            let own = tar(&[file("etc/reference", reference)]);
            self.images.insert(reference.to_owned(), StandIn::new(vec![shared.clone(), own]));
        }
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

fn archive(url: &str) -> Vec<u8> {
    let names = match url {
        url if url.contains("/crictl-") => vec!["crictl"],
        url if url.contains("/containerd-") => {
            vec!["bin/containerd", "bin/containerd-shim-runc-v2", "bin/ctr"]
        }
        _ => vec!["./bridge", "./host-local", "./loopback", "./portmap"],
    };
    let member = |name: &str| file(name, Upstream::member(name.trim_start_matches("./"), url));
    tar_gz(&names.into_iter().map(member).collect::<Vec<_>>())
}
