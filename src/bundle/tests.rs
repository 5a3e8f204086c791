use super::write::{Added, write};
use super::*;
use crate::context::for_tests;
use crate::digest::Sha256;
use crate::lock::Locked;
use crate::papers::testing::{PULLED, RUNC, Sample};
use crate::plan;
use crate::store::{Store, Want};

const DEB: &str = "debian-security/pool/main/openssl_3.0.15-1.deb";
const RUNC_PATH: &str = "github.com/opencontainers/runc/releases/download/v1.4.0/runc.amd64";

/// A store with the bytes of all that the sample names.
struct World {
    dir: tempfile::TempDir,
    context: Context,
    store: Store,
    sample: Sample,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut context = for_tests(&dir.path().join("cache"));
        context.mirror = Some("http://mirror.example.org/debian".into());
        let store = Store::open(&context).unwrap();
        let sample = Sample::new("3.0.15-1");
        for deb in sample.locked.lock().debs.values() {
            insert(&store, &format!("{}_{}", deb.package, deb.version));
        }
        let lock = sample.locked.lock();
        lock.downloads.keys().for_each(|url| insert(&store, url));
        let sources = lock.sources.values().flat_map(|packages| packages.values().flatten());
        sources.for_each(|file| insert(&store, &file.name));
        for blob in ["manifest", "config", "one", "shared"] {
            insert(&store, blob);
        }
        Self { dir, context, store, sample }
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("bundle")
    }

    fn locked(&self) -> &Locked {
        &self.sample.locked
    }

    fn wants(&self) -> Vec<Want> {
        plan::wants(&self.context, self.locked(), |_| true).unwrap()
    }

    fn write(&self) -> Added {
        write(&self.context, &self.store, self.locked(), &self.wants(), &self.folder()).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.folder().join(name)).unwrap()
    }
}

fn insert(store: &Store, bytes: &str) {
    store.insert(&mut bytes.as_bytes(), 1000).unwrap();
}

#[test]
fn files_are_where_mirrors_have_them() {
    let world = World::new();
    let added = world.write();
    assert_eq!(added.kept, 0);
    assert_eq!(world.read(DEB), "openssl_3.0.15-1");
    assert_eq!(world.read(RUNC_PATH), RUNC);
    let blob = format!("registry.example.org/v2/etcd/blobs/{}", Sha256::of("one").prefixed());
    assert_eq!(world.read(&blob), "one", "{PULLED}");
    let manifest = format!("registry.example.org/v2/etcd/manifests/{}", Sha256::of("manifest").prefixed());
    assert_eq!(world.read(&manifest), "manifest");
    assert_eq!(world.read("locks/tiny.lock"), world.locked().lock().to_json().unwrap());
    let record: serde_json::Value = serde_json::from_str(&world.read("bundle.json")).unwrap();
    assert_eq!(record["files"].as_object().unwrap().len(), added.files);
    assert_eq!(record["files"][DEB], Sha256::of("openssl_3.0.15-1").to_string());
}

#[test]
fn a_second_run_keeps_what_is_right_and_mends_what_is_not() {
    let world = World::new();
    let first = world.write();
    assert_eq!(world.write(), Added { kept: first.files, ..Added::default() });
    fs_err::write(world.folder().join(DEB), "damaged").unwrap();
    fs_err::remove_file(world.folder().join(RUNC_PATH)).unwrap();
    let mended = world.write();
    assert_eq!((mended.files, mended.kept), (2, first.files - 2));
    assert_eq!(world.read(DEB), "openssl_3.0.15-1");
}

#[test]
fn a_bundle_is_asked_before_any_mirror() {
    let mut world = World::new();
    world.write();
    world.context.artifact_mirror = Some(world.folder().to_str().unwrap().to_owned());
    world.context.mirror = None;
    // of a deb that it lacks the mirror of this machine would be asked, and there is none on the other side
    let wants = world.wants();
    let deb = wants.iter().find(|want| want.name.starts_with("openssl")).unwrap();
    assert_eq!(deb.sources, [world.folder().join(DEB).to_str().unwrap()]);
}

#[test]
fn an_empty_store_is_filled_from_a_bundle_without_any_network() {
    let world = World::new();
    world.write();
    let mut context = for_tests(&world.dir.path().join("elsewhere"));
    context.artifact_mirror = Some(world.folder().to_str().unwrap().to_owned());
    context.offline = true;
    let wants: Vec<Want> = plan::wants(&context, world.locked(), |_| true).unwrap();
    let wants: Vec<Want> = wants.into_iter().map(|want| Want { size: None, ..want }).collect();
    let fetched = Store::open(&context).unwrap().fetch(&wants).unwrap();
    assert_eq!((fetched.downloaded, fetched.reused), (wants.len(), 0));
}

#[test]
fn no_path_leads_out_of_a_bundle() {
    let world = World::new();
    let definition = world.locked().definition();
    for path in ["../../etc/passwd", "/etc/passwd", "pool/../../x"] {
        assert!(archive_path(definition, DEBIAN, path).is_err(), "{path}");
    }
    assert_eq!(archive_path(definition, DEBIAN, "pool/a.deb").unwrap(), Path::new("debian/pool/a.deb"));
}

#[test]
fn a_damaged_record_is_named() {
    let world = World::new();
    world.write();
    fs_err::write(world.folder().join("bundle.json"), "{").unwrap();
    let error =
        write(&world.context, &world.store, world.locked(), &world.wants(), &world.folder()).unwrap_err();
    assert!(error.to_string().contains("bundle.json"), "{error:#}");
    assert!(crate::error::hint(&error).is_some());
}
