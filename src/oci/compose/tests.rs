use super::*;
use crate::error::fault;
use crate::layers::entry::{Content, Node};
use crate::layers::read;

const EPOCH: u64 = 1_783_761_252;

fn tree() -> Tree {
    let mut tree = Tree::new(EPOCH);
    let file = |text: &str| Entry::file(Content::Bytes(text.into()), 0o755);
    tree.insert("bin/pause", Entry { mtime: 5, ..file("#!") }).unwrap();
    tree.insert("bin/same", Entry { node: Node::Hardlink("bin/pause".into()), ..file("") }).unwrap();
    tree.insert("etc/passwd", Entry { uid: 65535, ..file("root:x:0:0::/:") }).unwrap();
    tree
}

fn compose_at(epoch: u64, environment: &BTreeMap<String, String>) -> (tempfile::TempDir, Sha256) {
    let recipe = Recipe {
        reference: "r.example.org/pause:1",
        entrypoint: &["/bin/pause".into()],
        command: &[],
        environment,
        user: "65535:65535",
        architecture: Architecture::Amd64,
        epoch,
    };
    let dir = tempfile::tempdir().unwrap();
    let sha256 = compose(&recipe, &tree(), dir.path()).unwrap();
    (dir, sha256)
}

fn json(dir: &tempfile::TempDir, name: &str) -> serde_json::Value {
    serde_json::from_slice(&fs_err::read(dir.path().join(name)).unwrap()).unwrap()
}

#[test]
fn the_configuration_says_what_the_recipe_says() {
    let (dir, _) = compose_at(EPOCH, &BTreeMap::from([("A".into(), "b".into())]));
    let layer = Sha256::of_file(&dir.path().join(LAYER_FILE)).unwrap().prefixed();
    let time = "2026-07-11T09:14:12Z";
    assert_eq!(
        json(&dir, CONFIG_FILE),
        serde_json::json!({
            "created": time, "architecture": "amd64", "os": "linux",
            "config": {
                "User": "65535:65535",
                "Env": ["A=b", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                "Entrypoint": ["/bin/pause"],
            },
            "rootfs": { "type": "layers", "diff_ids": [layer] },
            "history": [{ "created": time, "created_by": "imgbuild" }],
        })
    );
}

#[test]
fn the_manifest_names_what_is_there() {
    let (dir, sha256) = compose_at(EPOCH, &BTreeMap::new());
    assert_eq!(Sha256::of_file(&dir.path().join(MANIFEST_FILE)).unwrap(), sha256);
    let manifest = Manifest::parse(&fs_err::read(dir.path().join(MANIFEST_FILE)).unwrap()).unwrap();
    for (blob, name) in manifest.blobs().zip([CONFIG_FILE, LAYER_FILE]) {
        let path = dir.path().join(name);
        assert_eq!(blob.digest.0, Sha256::of_file(&path).unwrap());
        assert_eq!(blob.size, fs_err::metadata(&path).unwrap().len());
    }
}

#[test]
fn all_files_have_the_time_of_the_image_and_nothing_else_changes() {
    let (dir, _) = compose_at(EPOCH, &BTreeMap::new());
    let layer = read::tree(&dir.path().join(LAYER_FILE), u64::MAX).unwrap();
    assert!(layer.iter().all(|(_, entry)| entry.mtime == EPOCH));
    assert_eq!(
        layer.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        ["bin", "bin/pause", "bin/same", "etc", "etc/passwd"]
    );
    assert_eq!(layer.get("etc/passwd").unwrap().uid, 65535);
    assert_eq!(layer.get("bin/same").unwrap().node, Node::Hardlink("bin/pause".into()));
}

#[test]
fn the_digest_is_a_function_of_the_input() {
    let digest = |epoch, environment: &BTreeMap<_, _>| compose_at(epoch, environment).1;
    let path = BTreeMap::from([("PATH".into(), "/bin".into())]);
    assert_eq!(digest(EPOCH, &path), digest(EPOCH, &path));
    assert_ne!(digest(EPOCH, &path), digest(EPOCH, &BTreeMap::new()));
    assert_ne!(digest(EPOCH, &path), digest(EPOCH - 1, &path));
}

#[test]
fn what_is_there_is_not_overwritten_and_the_image_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs_err::write(dir.path().join(LAYER_FILE), "precious").unwrap();
    let recipe = Recipe {
        reference: "r.example.org/x:1",
        entrypoint: &[],
        command: &[],
        environment: &BTreeMap::new(),
        user: "",
        architecture: Architecture::Arm64,
        epoch: 0,
    };
    let error = compose(&recipe, &Tree::new(0), dir.path()).unwrap_err();
    assert!(format!("{error:#}").contains("composing `r.example.org/x:1`") && fault(&error).is_none());
    assert_eq!(fs_err::read(dir.path().join(LAYER_FILE)).unwrap(), b"precious");
}
