use super::*;
use crate::error::{Kind as FaultKind, fault};
use crate::oci::limits;
use crate::oci::tests::{config, described, manifest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const REFERENCE: &str = "r.example.org/a:v1";

/// A registry in memory that has one repository.
#[derive(Default)]
struct Fake {
    answers: BTreeMap<String, Vec<u8>>,
}

impl Fake {
    fn tag(&mut self, bytes: &[u8]) {
        self.answers.insert(tag_url(REFERENCE).unwrap(), bytes.into());
    }

    fn manifest(&mut self, bytes: &[u8]) -> Sha256 {
        let sha256 = Sha256::of(bytes);
        self.answers.insert(manifest_url(REFERENCE, &sha256).unwrap(), bytes.into());
        sha256
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.answers.insert(blob_url(REFERENCE, &Sha256::of(bytes)).unwrap(), bytes.into());
    }

    /// An image for `architecture`; its manifest.
    fn image(&mut self, architecture: &str) -> Vec<u8> {
        let config = config(architecture, 2);
        self.blob(&config);
        let manifest = manifest(&config, &[b"one", b"two"]).to_string().into_bytes();
        self.manifest(&manifest);
        manifest
    }

    fn resolve(&self, pinned: Option<Sha256>) -> Result<LockedImage> {
        resolve(REFERENCE, pinned, Architecture::Amd64, &mut |url, accepted| {
            assert!(!accepted.is_empty());
            self.answers.get(url).cloned().with_context(|| format!("`{url}` was not expected"))
        })
    }
}

fn index(images: &[(&str, &[u8])]) -> Vec<u8> {
    let manifests = images.iter().map(|(platform, bytes)| {
        let mut parts = platform.split('/');
        let mut described = described(media_type::MANIFEST, bytes);
        described["platform"] =
            json!({ "os": parts.next(), "architecture": parts.next(), "variant": parts.next() });
        described
    });
    json!({ "schemaVersion": 2, "manifests": manifests.collect::<Vec<_>>() }).to_string().into_bytes()
}

fn kind(error: &anyhow::Error) -> FaultKind {
    fault(error).unwrap_or_else(|| panic!("{error:#}")).kind
}

#[test]
fn a_tag_that_names_an_index_gives_the_image_of_the_platform() {
    let mut registry = Fake::default();
    let (arm, amd) = (registry.image("arm64"), registry.image("amd64"));
    let index = index(&[
        ("unknown/unknown", b"attestation"),
        ("linux/arm64/v8", &arm),
        ("linux/amd64/v3", b"x"),
        ("windows/amd64", b"y"),
        ("linux/amd64", &amd),
    ]);
    registry.tag(&index);
    let locked = registry.resolve(None).unwrap();
    let expected =
        Blob { sha256: Sha256::of(&amd), size: amd.len() as u64, media_type: media_type::MANIFEST.into() };
    assert_eq!(locked.manifest, expected);
    assert_eq!(locked.config.sha256, Sha256::of(config("amd64", 2)));
    let layers: Vec<_> = locked.layers.iter().map(|layer| (layer.sha256, layer.size)).collect();
    assert_eq!(layers, [(Sha256::of("one"), 3), (Sha256::of("two"), 3)]);
}

#[test]
fn a_pin_may_be_of_index_or_manifest_and_the_tag_is_then_not_asked() {
    let mut registry = Fake::default();
    let amd = registry.image("amd64");
    let index = registry.manifest(&index(&[("linux/amd64", &amd)]));
    assert_eq!(registry.resolve(Some(index)).unwrap(), registry.resolve(Some(Sha256::of(&amd))).unwrap());
}

#[test]
fn a_digest_in_the_name_is_a_pin() {
    let mut registry = Fake::default();
    let amd = registry.image("amd64");
    let named = format!("{REFERENCE}@{}", Sha256::of(&amd).prefixed());
    let mut get = |url: &str, _: &[&str]| registry.answers.get(url).cloned().context("not expected");
    assert!(resolve(&named, None, Architecture::Amd64, &mut get).is_ok());
    let error = resolve(&named, Some(Sha256::of("other")), Architecture::Amd64, &mut get).unwrap_err();
    assert_eq!(kind(&error), FaultKind::Input);
}

#[test]
fn other_bytes_than_the_digest_says_are_a_mismatch() {
    let mut registry = Fake::default();
    let amd = registry.image("amd64");
    let pinned = Sha256::of(&amd);
    registry.tag(&index(&[("linux/amd64", &amd)]));
    let other = registry.image("arm64");
    registry.answers.insert(manifest_url(REFERENCE, &pinned).unwrap(), other);
    for pin in [Some(pinned), None] {
        let error = registry.resolve(pin).unwrap_err();
        assert_eq!(kind(&error), FaultKind::Mismatch);
        assert!(format!("{error:#}").contains(REFERENCE), "{error:#}");
    }
    let lying_config = blob_url(REFERENCE, &Sha256::of(config("amd64", 2))).unwrap();
    registry.tag(&amd);
    registry.answers.insert(lying_config, config("amd64", 3));
    assert_eq!(kind(&registry.resolve(None).unwrap_err()), FaultKind::Mismatch);
}

#[test]
fn a_missing_platform_names_those_that_there_are() {
    let mut registry = Fake::default();
    registry.tag(&index(&[("linux/arm64/v8", b"a"), ("linux/s390x", b"b"), ("unknown/unknown", b"c")]));
    let message = format!("{:#}", registry.resolve(None).unwrap_err());
    assert!(message.contains("`linux/amd64`, only for `linux/arm64/v8`, `linux/s390x`"), "{message}");
    let arm = registry.image("arm64");
    registry.tag(&arm);
    let message = format!("{:#}", registry.resolve(None).unwrap_err());
    assert!(message.contains("made for `linux/arm64`"), "{message}");
}

/// Resolves the manifest of an image with what `change` makes of it.
fn changed(change: impl FnOnce(&mut Value)) -> Result<LockedImage> {
    let mut registry = Fake::default();
    let config = config("amd64", 1);
    registry.blob(&config);
    let mut manifest = manifest(&config, &[b"one"]);
    change(&mut manifest);
    registry.tag(manifest.to_string().as_bytes());
    registry.resolve(None)
}

#[test]
fn docker_s_form_and_oci_without_media_type_are_accepted() {
    let docker = changed(|manifest| {
        manifest["mediaType"] = media_type::DOCKER_MANIFEST.into();
        manifest["config"]["mediaType"] = "application/vnd.docker.container.image.v1+json".into();
        manifest["layers"][0]["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar.gzip".into();
    });
    assert_eq!(docker.unwrap().manifest.media_type, media_type::DOCKER_MANIFEST);
    let bare = changed(|manifest| drop(manifest.as_object_mut().unwrap().remove("mediaType")));
    assert_eq!(bare.unwrap().manifest.media_type, media_type::MANIFEST);
}

#[test]
fn what_no_runtime_should_get_is_refused() {
    let refuse = |what: &str, change: &dyn Fn(&mut Value)| {
        let error = changed(change).map(|image| format!("{what}: {image:?}")).unwrap_err();
        assert_eq!(kind(&error), FaultKind::Input, "{what}: {error:#}");
    };
    let size = |size: u64| move |m: &mut Value| m["layers"][0]["size"] = size.into();
    refuse("schema 1", &|m| m["schemaVersion"] = 1.into());
    refuse("both forms", &|m| m["manifests"] = json!([]));
    refuse("an index by type", &|m| m["mediaType"] = media_type::INDEX.into());
    refuse("a helm chart", &|m| m["config"]["mediaType"] = "application/vnd.cncf.helm.config.v1+json".into());
    refuse("a layer from elsewhere", &|m| {
        m["layers"][0]["mediaType"] = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip".into();
    });
    refuse("sha512", &|m| m["layers"][0]["digest"] = format!("sha512:{}", "0".repeat(128)).into());
    refuse("a bare digest", &|m| m["layers"][0]["digest"] = "0".repeat(64).into());
    refuse("an empty layer", &size(0));
    refuse("an endless layer", &size(limits::LAYER + 1));
    refuse("a negative size", &|m| m["layers"][0]["size"] = (-1).into());
    refuse("a large configuration", &|m| m["config"]["size"] = (limits::DOCUMENT + 1).into());
    refuse("too many layers", &|m| m["layers"] = vec![m["layers"][0].clone(); limits::LAYERS + 1].into());
    refuse("diff ids that do not match", &|m| m["layers"] = vec![m["layers"][0].clone(); 2].into());
    let error = changed(|m| m["config"]["size"] = 3.into()).unwrap_err();
    assert_eq!(kind(&error), FaultKind::Mismatch);
}

#[test]
fn what_is_no_json_or_too_long_is_refused() {
    let nested = "[".repeat(100_000);
    let long = format!("{{}}{}", " ".repeat(usize::try_from(limits::DOCUMENT).unwrap()));
    for text in ["", "<html>", "{}", "[]", "{} {}", "\u{1b}[2J", &nested, &long] {
        let mut registry = Fake::default();
        registry.tag(text.as_bytes());
        let error = registry.resolve(None).unwrap_err();
        assert_eq!(kind(&error), FaultKind::Input);
        assert!(!format!("{error:#}").contains('\u{1b}'));
    }
}

#[test]
fn an_index_of_indices_is_refused() {
    let mut registry = Fake::default();
    let inner = index(&[("linux/amd64", b"x")]);
    registry.manifest(&inner);
    registry.tag(&index(&[("linux/amd64", &inner)]));
    assert!(format!("{:#}", registry.resolve(None).unwrap_err()).contains("further index"));
}
