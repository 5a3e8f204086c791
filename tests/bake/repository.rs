//! Kubernetes from an apt repository: signed by a key of the test's own, pinned, held; and what is refused.

use crate::support::server::{Answer, Server};
use crate::support::{Project, tool};
use crate::tls::Tls;
use std::path::{Path, PathBuf};

/// A flat repository with stand-ins for the packages that the book installs, served on 127.0.0.1.
struct Repository {
    folder: PathBuf,
    home: String,
}

impl Repository {
    fn new(project: &Project) -> Self {
        let (folder, home) = (project.path("repository"), project.path("gnupg"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(&home).unwrap();
        std::fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let repository = Self { folder, home: home.to_str().unwrap().to_owned() };
        repository.make_key("archive@example.org");
        for version in ["1.36.4-1.1", "1.36.5-1.1"] {
            repository.add("kubelet-stand-in", version);
        }
        repository.index("");
        repository
    }

    fn gpg(&self, arguments: &[&str]) -> String {
        let all = [&["--homedir", self.home.as_str(), "--batch", "--yes", "--quiet"], arguments].concat();
        tool("gpg", &all)
    }

    fn make_key(&self, name: &str) {
        self.gpg(&["--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "never"]);
    }

    fn export_key(&self, name: &str, to: &Path) {
        let key = self.gpg(&["--armor", "--export", name]);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, key).unwrap();
    }

    fn add(&self, name: &str, version: &str) {
        let root = self.folder.join("build");
        std::fs::create_dir_all(root.join("DEBIAN")).unwrap();
        let control = format!(
            "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: stand-in\n"
        );
        std::fs::write(root.join("DEBIAN/control"), control).unwrap();
        let deb = self.folder.join(format!("{name}_{version}_all.deb"));
        tool("dpkg-deb", &["--root-owner-group", "--build", root.to_str().unwrap(), deb.to_str().unwrap()]);
        std::fs::remove_dir_all(root).unwrap();
    }

    /// Writes and signs the index; `more` are further fields of the release file.
    fn index(&self, more: &str) {
        let script = "dpkg-scanpackages --multiversion . /dev/null 2>/dev/null >Packages";
        tool("sh", &["-c", &format!("cd {} && {script}", self.folder.display())]);
        let packages = self.folder.join("Packages");
        let digest = tool("sha256sum", &[packages.to_str().unwrap()]);
        let size = std::fs::metadata(&packages).unwrap().len();
        let date = tool("date", &["-u", "+%a, %d %b %Y %H:%M:%S UTC", "-d", "2 days ago"]);
        let release = format!("Date: {date}{more}SHA256:\n {} {size} Packages\n", &digest[..64]);
        std::fs::write(self.folder.join("Release"), release).unwrap();
        self.sign();
    }

    fn sign(&self) {
        let (release, signed) = (self.folder.join("Release"), self.folder.join("InRelease"));
        let (release, signed) = (release.to_str().unwrap(), signed.to_str().unwrap());
        self.gpg(&["--clearsign", "--output", signed, release]);
    }

    /// Serves the folder until the test ends.
    fn serve(&self) -> Server {
        let folder = self.folder.clone();
        Server::start(move |request| {
            let name = request.target.trim_start_matches(['/', '.']);
            std::fs::read(folder.join(name)).map_or_else(|_| Answer::not_found(), Answer::Whole)
        })
    }
}

fn define(project: &Project, url: &str) {
    let more = format!(
        "base:\n  repositories:\n    kubernetes:\n      url: {url}\n      suite: ./\n      components: []\n      key: keys/kubernetes.asc\n      packages: {{kubelet-stand-in: 1.36.4-1.1}}\n"
    );
    project.extend("pinned", &more);
}

#[test]
fn packages_of_a_signed_repository_are_pinned_and_held() {
    let project = Project::mini();
    let repository = Repository::new(&project);
    repository.export_key("archive@example.org", &project.path("images/keys/kubernetes.asc"));
    define(&project, &repository.serve().url());
    project.run(&["bake", "pinned"]).success();
    let inspected = project.run(&["inspect", "pinned", "--format", "json"]).success();
    let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
    let packages = inspected["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "kubelet-stand-in").unwrap();
    assert_eq!(package["version"], "1.36.4-1.1");
    assert_eq!(package["held"], true);
}

#[test]
fn a_repository_of_a_private_authority_is_locked_and_fetched_if_that_is_named() {
    let project = Project::mini();
    let repository = Repository::new(&project);
    repository.export_key("archive@example.org", &project.path("images/keys/kubernetes.asc"));
    let tls = Tls::before(&repository.serve(), &project.path("tls"));
    define(&project, &tls.url());
    project.run(&["lock", "pinned"]).failure(7, &["package indices cannot be had", "--ca-file FILE"]);
    for verb in ["lock", "fetch"] {
        project.run(&[verb, "pinned", "--ca-file", tls.authority()]).success();
    }
    assert!(project.read("images/pinned.lock").contains("kubelet-stand-in_1.36.4-1.1_all.deb"));
}

#[test]
fn a_wrong_key_is_refused() {
    let project = Project::mini();
    let repository = Repository::new(&project);
    repository.make_key("other@example.org");
    repository.export_key("other@example.org", &project.path("images/keys/kubernetes.asc"));
    define(&project, &repository.serve().url());
    refused(&project, "NO_PUBKEY");
}

#[test]
fn an_unsigned_repository_is_refused() {
    let project = Project::mini();
    let repository = Repository::new(&project);
    repository.export_key("archive@example.org", &project.path("images/keys/kubernetes.asc"));
    std::fs::remove_file(project.path("repository/InRelease")).unwrap();
    define(&project, &repository.serve().url());
    refused(&project, "not signed");
}

#[test]
fn an_expired_repository_is_refused() {
    let project = Project::mini();
    let repository = Repository::new(&project);
    repository.export_key("archive@example.org", &project.path("images/keys/kubernetes.asc"));
    let past = tool("date", &["-u", "+%a, %d %b %Y %H:%M:%S UTC", "-d", "1 day ago"]);
    repository.index(&format!("Valid-Until: {past}"));
    define(&project, &repository.serve().url());
    refused(&project, "expired");
}

#[track_caller]
fn refused(project: &Project, why: &str) {
    let outcome = project.run(&["lock", "pinned"]);
    assert_eq!(outcome.code, 5, "{}", outcome.stderr);
    assert!(outcome.stderr.contains(why), "`{why}` is not said:\n{}", outcome.stderr);
    assert!(!project.path("images/pinned.lock").exists());
}
