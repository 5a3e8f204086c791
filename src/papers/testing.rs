//! A small image with one of everything that papers speak of.

use super::facts::{Fact, Facts};
use super::licence::Licence;
use super::{Composed, Subject};
use crate::apt::resolve::Deb;
use crate::apt::source_package::SourceFile;
use crate::definition;
use crate::digest::Sha256;
use crate::lock::{Blob, Lock, Locked, LockedDownload, LockedImage, SCHEMA, image_root, stage_root};
use crate::oci::manifest::{Descriptor, Manifest};
use crate::oci::media_type;
use crate::plan::Plan;
use crate::template::Templates;
use std::collections::BTreeMap;

/// Reference of the image that is composed.
pub const COMPOSED: &str = "example.org/pause:3.2";
/// Reference of the image that is pulled.
pub const PULLED: &str = "registry.example.org/etcd:3.5";
/// Where the downloaded program comes from.
pub const RUNC: &str = "https://github.com/opencontainers/runc/releases/download/v1.4.0/runc.amd64";
const CNI: &str = "https://example.org/cni-1.8.tgz?token=1";
const ADDON: &str = "https://example.org/addon.yaml";

const DEFINITION: &str = "schema: 1
name: tiny
base:
  suites: [bookworm]
  kernel: linux-image-cloud-amd64
  architecture: amd64
artifacts:
  runc: {url: URL_RUNC, to: /usr/local/sbin/runc, mode: \"0755\"}
  cni: {archive: \"URL_CNI\", to: /opt/cni/bin}
  own: {file: own, to: /usr/local/bin/own}
  tool: {stage: build, output: tool, to: /usr/local/bin/tool, mode: \"0755\"}
manifests:
  addon.yaml: {url: URL_ADDON}
addons: [mine]
stages:
  build:
    sources: [tool]
    packages: [gcc]
    script: build.sh
    outputs: [tool, pause]
images:
  example.org/pause:3.2:
    compose:
      packages: [libc6]
      files:
        /pause: {stage: build, output: pause, mode: \"0755\"}
  registry.example.org/etcd:3.5: {}
";

const MINE: &str = "schema: 1
version: '1.2'
manifests: [{file: settings.yaml}, {template: filled.yaml}]
";
/// A manifest of the addon `mine`.
pub const SETTINGS: &str = "a: b\n";
/// One that is filled in for each cluster.
pub const FILLED: &str = "a: '{{ node }}'\n";

/// The image's definition, lock, plan and facts.
pub struct Sample {
    _project: tempfile::TempDir,
    /// Definition and lock.
    pub locked: Locked,
    plan: Plan,
    /// What the debs say.
    pub facts: Facts,
    composed: BTreeMap<String, Composed>,
}

impl Sample {
    /// With `openssl` in that version.
    pub fn new(openssl: &str) -> Self {
        let project = tempfile::tempdir().unwrap();
        let images = project.path().join("images");
        fs_err::create_dir_all(images.join("addons/mine")).unwrap();
        for (name, text) in [("own", "own"), ("build.sh", "true"), ("a.yaml", &definition_text())] {
            fs_err::write(images.join(name), text).unwrap();
        }
        for (name, text) in [("addon.yaml", MINE), ("settings.yaml", SETTINGS), ("filled.yaml", FILLED)] {
            fs_err::write(images.join("addons/mine").join(name), text).unwrap();
        }
        let definition = definition::load(&images.join("a.yaml")).unwrap_or_else(|error| panic!("{error:#}"));
        let locked = Locked::for_tests(definition, lock(openssl));
        let templates = Templates::open(&images).unwrap();
        let plan = Plan::of(&locked, &templates, Some(Sha256::of("agent"))).unwrap();
        let facts = facts(locked.lock());
        Self { _project: project, locked, plan, facts, composed: composed() }
    }

    /// What papers are made from.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            locked: &self.locked,
            plan: &self.plan,
            facts: &self.facts,
            composed: &self.composed,
            agent: Some(Sha256::of("agent")),
        }
    }
}

fn definition_text() -> String {
    DEFINITION.replace("URL_RUNC", RUNC).replace("URL_CNI", CNI).replace("URL_ADDON", ADDON)
}

fn deb(package: &str, version: &str, archive: &str) -> Deb {
    Deb {
        package: package.into(),
        version: version.into(),
        architecture: "amd64".into(),
        archive: archive.into(),
        path: format!("pool/main/{package}_{version}.deb"),
        size: 100,
        sha256: Sha256::of([package, version].join("_")),
    }
}

fn lock(openssl: &str) -> Lock {
    let debs = [
        deb("libstdc++6", "12.2.0-14", "debian"),
        deb("openssl", openssl, "debian-security"),
        deb("libc6", "2.36-9+deb12u1", "debian"),
        deb("gcc", "4:12.2.0-3", "debian"),
        deb("mmdebstrap", "1.5.7-1", "debian"),
    ];
    let [stdc, ssl, libc, gcc, tool] = [0, 1, 2, 3, 4].map(|index: usize| debs[index].id());
    let blob = |name: &str| Blob { sha256: Sha256::of(name), size: 10, media_type: media_type::LAYER.into() };
    let source = |name: &str| SourceFile {
        name: name.into(),
        archive: "debian".into(),
        path: format!("pool/main/t/tool/{name}"),
        size: 10,
        sha256: Sha256::of(name),
    };
    let files = vec![source("tool_1.0-1.dsc"), source("tool_1.0.orig.tar.xz")];
    let download = |name: &str| LockedDownload { sha256: Sha256::of(name), size: Some(10) };
    let image = LockedImage {
        manifest: blob("manifest"),
        config: blob("config"),
        layers: vec![blob("one"), blob("shared")],
    };
    Lock {
        schema: SCHEMA,
        sections: BTreeMap::new(),
        epoch: 1_783_761_252,
        roots: BTreeMap::from([
            ("base".into(), vec![libc.clone(), stdc, ssl]),
            (image_root(COMPOSED), vec![libc.clone()]),
            (stage_root("build"), vec![libc, gcc]),
            ("tools".into(), vec![tool]),
        ]),
        debs: debs.into_iter().map(|deb| (deb.id(), deb)).collect(),
        sources: BTreeMap::from([("build".into(), BTreeMap::from([("tool".into(), files)]))]),
        downloads: [RUNC, CNI, ADDON].map(|url| (url.to_owned(), download(url))).into(),
        images: BTreeMap::from([(PULLED.into(), image)]),
        named: BTreeMap::new(),
        rendered: BTreeMap::from([("chart.yaml".into(), "kind: List".into())]),
    }
}

fn facts(lock: &Lock) -> Facts {
    let format = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/";
    let fact = |deb: &Deb| {
        let (source, licence) = match deb.package.as_str() {
            "libstdc++6" => ("gcc-12", "GPL-3+ with GCC exception\n text"),
            "libc6" => ("glibc", "LGPL-2.1+"),
            other => (other, "Apache-2.0"),
        };
        Fact {
            source: source.into(),
            source_version: deb.version.clone(),
            homepage: Some("https://example.org/".into()),
            licence: Licence::read(&format!("{format}\n\nFiles: *\nLicense: {licence}\n")),
        }
    };
    lock.debs.values().map(|deb| (deb.id(), fact(deb))).collect()
}

fn composed() -> BTreeMap<String, Composed> {
    let descriptor = |name: &str| Descriptor::new(media_type::LAYER, Sha256::of(name), 10);
    let manifest = Manifest::new(descriptor("composed config"), vec![descriptor("shared")]);
    BTreeMap::from([(COMPOSED.into(), Composed { digest: Sha256::of("composed"), manifest })])
}
