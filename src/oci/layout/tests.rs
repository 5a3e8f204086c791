use super::*;
use crate::architecture::Architecture;
use crate::error::{Kind, fault};
use crate::layers::unpack::unpack;
use crate::oci::compose::{Recipe, compose};
use crate::oci::tests::{config, manifest};
use crate::process::foreign;
use serde_json::Value;
use std::path::PathBuf;

const EPOCH: u64 = 1_783_761_252;
const COMPOSED: &str = "r.example.org/team/tool:v1.20";
const PULLED: &str = "r.example.org:5000/pause:3.10";

/// The parts of a pulled image with one layer, each a file named by its digest.
struct Pulled {
    _dir: tempfile::TempDir,
    manifest: PathBuf,
    blobs: Vec<(Sha256, PathBuf)>,
}

fn pulled(layer: &[u8]) -> Pulled {
    let dir = tempfile::tempdir().unwrap();
    let config = config("amd64", 1);
    let manifest_bytes = manifest(&config, &[layer]).to_string();
    let put = |bytes: &[u8]| {
        let sha256 = Sha256::of(bytes);
        let path = dir.path().join(sha256.to_string());
        fs_err::write(&path, bytes).unwrap();
        (sha256, path)
    };
    let (_, manifest) = put(manifest_bytes.as_bytes());
    let blobs = vec![put(layer), put(&config)];
    Pulled { _dir: dir, manifest, blobs }
}

/// Adds the image to `layout` as `reference`; all of its blobs are hashed.
fn add(layout: &mut Layout, reference: &str, pulled: &Pulled) -> Result<()> {
    let blobs = pulled.blobs.iter().map(|(sha256, path)| Verified::check(*sha256, path));
    layout.add(reference, &pulled.manifest, &blobs.collect::<Result<Vec<_>>>()?)
}

fn composed(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut tree = Tree::new(EPOCH);
    tree.insert("bin/tool", Entry::file(Content::Bytes(text.into()), 0o755)).unwrap();
    tree.insert("bin/link", Entry::symlink("tool")).unwrap();
    let recipe = Recipe {
        reference: COMPOSED,
        entrypoint: &["/bin/tool".into()],
        command: &["serve".into()],
        environment: &BTreeMap::new(),
        user: "",
        architecture: Architecture::Amd64,
        epoch: EPOCH,
    };
    compose(&recipe, &tree, dir.path()).unwrap();
    dir
}

fn text(tree: &Tree, path: &str) -> Vec<u8> {
    match &tree.get(&join(LAYOUT, path)).unwrap().node {
        crate::layers::entry::Node::File(content) => content.to_vec().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_blob_is_there_once_and_has_its_digest() {
    let (pulled, composed) = (pulled(b"layer"), composed("#!"));
    let mut layout = Layout::default();
    add(&mut layout, PULLED, &pulled).unwrap();
    add(&mut layout, "r.example.org/other:name", &pulled).unwrap();
    layout.add_composed(COMPOSED, composed.path()).unwrap();
    let tree = layout.into_tree(EPOCH).unwrap();
    let names: Vec<&str> = tree.below(&join(LAYOUT, "blobs/sha256")).map(|(path, _)| path).collect();
    assert_eq!(names.len(), 6);
    for path in names {
        let name = path.rsplit('/').next().unwrap();
        assert_eq!(Sha256::of(text(&tree, &format!("blobs/sha256/{name}"))).to_string(), name);
        assert_eq!(tree.get(path).unwrap().mode, 0o644);
    }
    assert!(tree.iter().all(|(_, entry)| entry.mtime == EPOCH));
    assert_eq!(text(&tree, "oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#);
}

#[test]
fn the_index_is_sorted_and_names_images_for_containerd_and_others() {
    let (pulled, composed) = (pulled(b"layer"), composed("#!"));
    let mut layout = Layout::default();
    add(&mut layout, PULLED, &pulled).unwrap();
    layout.add_composed(COMPOSED, composed.path()).unwrap();
    let index: Value =
        serde_json::from_slice(&text(&layout.into_tree(EPOCH).unwrap(), "index.json")).unwrap();
    for (image, reference) in index["manifests"].as_array().unwrap().iter().zip([COMPOSED, PULLED]) {
        assert_eq!(image["annotations"]["io.containerd.image.name"], reference);
        assert_eq!(image["annotations"]["org.opencontainers.image.ref.name"], reference);
        assert_eq!(image["platform"], serde_json::json!({ "architecture": "amd64", "os": "linux" }));
    }
}

#[test]
fn an_empty_layout_is_one() {
    let tree = Layout::default().into_tree(EPOCH).unwrap();
    assert!(String::from_utf8(text(&tree, "index.json")).unwrap().contains(r#""manifests":[]"#));
    assert!(tree.get(&join(LAYOUT, "blobs/sha256")).is_some());
}

#[test]
fn a_layer_whose_digest_lies_is_refused() {
    let pulled = pulled(b"layer");
    let (sha256, path) = &pulled.blobs[0];
    fs_err::write(path, b"LAYER").unwrap();
    let error = add(&mut Layout::default(), PULLED, &pulled).unwrap_err();
    assert!(error.to_string().contains(&sha256.prefixed()), "{error}");
    assert_eq!(fault(&error).unwrap().kind, Kind::Mismatch);
}

#[test]
fn a_blob_of_another_size_or_a_missing_one_is_refused_by_name() {
    let pulled = pulled(b"layer");
    let (sha256, path) = &pulled.blobs[0];
    let refuse = |blobs: &[Verified]| {
        let error = Layout::default().add(PULLED, &pulled.manifest, blobs).unwrap_err();
        let message = format!("{error:#}");
        assert!(message.contains(PULLED) && message.contains(&sha256.prefixed()), "{message}");
        fault(&error).unwrap().kind
    };
    let config = Verified::check(pulled.blobs[1].0, &pulled.blobs[1].1).unwrap();
    assert_eq!(refuse(std::slice::from_ref(&config)), Kind::Input);
    fs_err::write(path, b"longer layer").unwrap();
    assert_eq!(refuse(&[config, Verified::vouched(*sha256, path).unwrap()]), Kind::Mismatch);
}

#[test]
fn one_reference_stands_for_one_image() {
    let pulled = pulled(b"layer");
    let mut layout = Layout::default();
    add(&mut layout, PULLED, &pulled).unwrap();
    let error = add(&mut layout, PULLED, &pulled).unwrap_err();
    assert!(format!("{error:#}").contains("the reference is there already"), "{error:#}");
}

/// The layout as a folder, as it will be in an image.
fn written() -> tempfile::TempDir {
    let (first, second) = (composed("#!"), composed("other"));
    let mut layout = Layout::default();
    layout.add_composed(COMPOSED, first.path()).unwrap();
    layout.add_composed("registry.k8s.io/pause:3.10", second.path()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    unpack(&layout.into_tree(EPOCH).unwrap(), &dir.path().join("root"), 1).unwrap();
    dir
}

#[test]
fn skopeo_finds_each_image_by_its_reference_and_converts_it() {
    let dir = written();
    let place = dir.path().join("root").join(LAYOUT);
    for reference in [COMPOSED, "registry.k8s.io/pause:3.10"] {
        let image = format!("oci:{}:{reference}", place.display());
        let seen = foreign("skopeo").args(["inspect", &image]).output().unwrap();
        let seen: Value = serde_json::from_slice(&seen).unwrap();
        assert_eq!(
            (&seen["Architecture"], &seen["Created"]),
            (&"amd64".into(), &"2026-07-11T09:14:12Z".into())
        );
        let archive = format!("docker-archive:{}:{reference}", dir.path().join("a.tar").display());
        foreign("skopeo").args(["copy", "--insecure-policy", &image, &archive]).run().unwrap();
        fs_err::remove_file(dir.path().join("a.tar")).unwrap();
    }
    let absent = format!("oci:{}:r.example.org/absent:1", place.display());
    assert!(foreign("skopeo").args(["inspect", &absent]).run().is_err());
}

#[test]
fn umoci_lists_the_images_and_unpacks_one() {
    let dir = written();
    let place = dir.path().join("root").join(LAYOUT);
    let listed = foreign("umoci").args(["ls", "--layout"]).arg(&place).text().unwrap();
    assert_eq!(listed.lines().collect::<Vec<_>>(), [COMPOSED, "registry.k8s.io/pause:3.10"]);
    let bundle = dir.path().join("bundle");
    let image = format!("{}:{COMPOSED}", place.display());
    foreign("umoci").args(["unpack", "--rootless", "--image", &image]).arg(&bundle).run().unwrap();
    assert_eq!(fs_err::read_to_string(bundle.join("rootfs/bin/link")).unwrap(), "#!");
    let runtime: Value = serde_json::from_slice(&fs_err::read(bundle.join("config.json")).unwrap()).unwrap();
    assert_eq!(runtime["process"]["args"], serde_json::json!(["/bin/tool", "serve"]));
}
