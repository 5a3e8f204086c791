use super::testing::{DOWNLOADED, URL, definition, lock};
use super::*;
use crate::apt::resolve::Deb;
use crate::context::for_tests;
use crate::lock::Lock;
use crate::plan::Workplace;
use crate::process::foreign;

/// A machine with an empty cache, and an image.
struct World {
    folder: tempfile::TempDir,
    context: Context,
    store: Store,
    locked: Locked,
}

impl World {
    fn new(kubeadm: &str, lock: Lock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let context = for_tests(&folder.path().join("cache"));
        let store = Store::open(&context).unwrap();
        let locked = Locked::for_tests(definition(folder.path(), kubeadm, ""), lock);
        Self { folder, context, store, locked }
    }

    /// The text of kubeadm, if it is there.
    fn kubeadm(&self) -> Option<String> {
        let to = self.folder.path().join("copy");
        let there = copy(&self.context, &self.store, &self.locked, &to).unwrap();
        there.then(|| fs_err::read_to_string(to).unwrap())
    }

    /// Leaves `content` as the file `name` of a step's result, as a bake with an agent does.
    fn leave(&self, step: impl Fn(&Plan) -> &Step, name: &str, content: &[u8]) {
        let templates = Templates::open(&self.locked.definition().directory).unwrap();
        let plan = Plan::of(&self.locked, &templates, Some(Sha256::of("agent"))).unwrap();
        let make = |place: &Workplace| Ok(fs_err::write(place.out.join(name), content)?);
        Built::open(&self.context).unwrap().get_or_make(step(&plan), make).unwrap();
    }
}

#[test]
fn a_download_is_there_once_it_is_fetched() {
    let world = World::new(&format!("{{url: '{URL}'}}"), lock());
    assert_eq!(world.kubeadm(), None);
    world.store.insert(&mut DOWNLOADED.as_bytes(), 100).unwrap();
    assert_eq!(world.kubeadm().as_deref(), Some(DOWNLOADED));
}

#[test]
fn a_file_beside_the_definition_is_there() {
    assert_eq!(World::new("{file: own}", lock()).kubeadm().as_deref(), Some("local"));
}

#[test]
fn an_output_of_a_stage_is_there_once_it_is_built() {
    let world = World::new("{stage: build, output: kubeadm}", lock());
    assert_eq!(world.kubeadm(), None);
    world.leave(|plan| &plan.stages["build"], "kubeadm", b"built");
    assert_eq!(world.kubeadm().as_deref(), Some("built"));
}

#[test]
fn a_member_of_an_archive_is_there_once_it_is_unpacked() {
    let world = World::new(&format!("{{archive: '{URL}', to: /usr}}"), lock());
    assert_eq!(world.kubeadm(), None);
    let tar = tar(&[("share/completions/kubeadm", 0o644), ("bin/kubeadm", 0o755)]);
    world.leave(|plan| &plan.archives["kubeadm"], "members.tar", &tar);
    assert_eq!(world.kubeadm().as_deref(), Some("bin/kubeadm"));
}

#[test]
fn a_packages_is_there_once_the_package_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let (package, deb) = packaged(folder.path());
    let mut lock = lock();
    lock.roots.insert(BASE.to_owned(), vec![deb.id()]);
    lock.debs.insert(deb.id(), deb);
    let world = World::new("{package: kubeadm}", lock);
    assert_eq!(world.kubeadm(), None);
    world.store.insert(&mut fs_err::File::open(package).unwrap(), 1 << 20).unwrap();
    assert_eq!(world.kubeadm().as_deref(), Some("usr/bin/kubeadm"));
}

/// Members that hold their own names.
fn tar(members: &[(&str, u32)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, mode) in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(*mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(name.len() as u64);
        builder.append_data(&mut header, name, name.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A package that `dpkg-deb` makes of files that hold their own names.
fn packaged(folder: &Path) -> (PathBuf, Deb) {
    let (root, file) = (folder.join("root"), folder.join("kubeadm.deb"));
    let control = "Package: kubeadm\nVersion: 1.36.4-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: x\n";
    let completions = "usr/share/bash-completion/completions/kubeadm";
    let files = [("DEBIAN/control", control), (PACKAGED, PACKAGED), (completions, completions)];
    for (name, text) in files {
        fs_err::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        fs_err::write(root.join(name), text).unwrap();
    }
    foreign("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&root).arg(&file).run().unwrap();
    let deb = Deb {
        package: "kubeadm".into(),
        version: "1.36.4-1".into(),
        architecture: "amd64".into(),
        archive: "debian".into(),
        path: "pool/kubeadm.deb".into(),
        size: fs_err::metadata(&file).unwrap().len(),
        sha256: Sha256::of_file(&file).unwrap(),
    };
    (file, deb)
}
