//! Debian's `docker-registry` on 127.0.0.1, filled by umoci, skopeo and curl; it ends with the test.

use super::realm::Realm;
use crate::support::tool;
use crate::tls::certificates;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// `secret` for `me`, as `htpasswd -B` writes it.
const HTPASSWD: &str = "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";
/// What registries without TLS are called.
const LOOPBACK: &str = "127.0.0.1";
/// The longest that it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one kind of index and the manifests in it are called.
struct Form {
    index: &'static str,
    manifest: &'static str,
}

const OCI: Form = Form {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
};
const DOCKER: Form = Form {
    index: "application/vnd.docker.distribution.manifest.list.v2+json",
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
};

/// A running registry.
pub struct Registry {
    folder: tempfile::TempDir,
    process: Child,
    name: &'static str,
    port: u16,
    login: Option<&'static str>,
}

impl Registry {
    /// An empty one, which lets everybody in unless there is a `login`.
    pub fn start(login: Option<&'static str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let users = folder.path().join("users");
        std::fs::write(&users, HTPASSWD).unwrap();
        let auth = format!("auth: {{htpasswd: {{realm: test, path: {}}}}}\n", users.display());
        Self::serve(folder, LOOPBACK, "", if login.is_some() { &auth } else { "" }, login)
    }

    /// An empty one, called localhost, that speaks TLS only; the authority behind it is trusted by no machine.
    pub fn with_tls() -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificates::make(folder.path());
        let path = |name: &str| folder.path().join(name).display().to_string();
        let tls = format!(", tls: {{certificate: {}, key: {}}}", path("server.pem"), path("server.key"));
        Self::serve(folder, "localhost", &tls, "", None)
    }

    /// An empty one, which wants a token of `realm` from everybody; `login` is what the realm gives one for.
    pub fn with_tokens(realm: &Realm, login: &'static str) -> Self {
        Self::serve(tempfile::tempdir().unwrap(), LOOPBACK, "", &realm.auth(), Some(login))
    }

    fn serve(
        folder: tempfile::TempDir,
        name: &'static str,
        tls: &str,
        auth: &str,
        login: Option<&'static str>,
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n\
             storage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:{port}'{tls}}}\n{auth}",
            folder.path().join("blobs").display()
        );
        let path = folder.path().join("config.yml");
        std::fs::write(&path, config).unwrap();
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command
            .spawn()
            .unwrap_or_else(|error| panic!("`docker-registry`: {error}; `make test-tools` installs it"));
        let registry = Self { folder, process, name, port, login };
        registry.wait();
        registry
    }

    /// Host and port.
    pub fn host(&self) -> String {
        format!("{}:{}", self.name, self.port)
    }

    /// The certificate of the authority behind one that speaks TLS.
    pub fn authority(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    /// The reference of `name` in it.
    pub fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.host())
    }

    /// Pushes images of all kinds that share a layer; returns their names.
    pub fn fill(&self) -> Vec<&'static str> {
        self.push("team/plain:v1", "a", &[]);
        self.push("team/docker:v1", "b", &["--format=v2s2"]);
        self.push_zstd("team/zstd:v1", "c");
        self.push("team/foreign:v1", "arm", &[]);
        self.push_index("team/both:v1", &["team/foreign:v1", "team/plain:v1"]);
        self.push("team/docker-foreign:v1", "arm-docker", &["--format=v2s2"]);
        self.push_docker_list("team/list:v1", &["team/docker-foreign:v1", "team/docker:v1"]);
        vec!["team/plain:v1", "team/docker:v1", "team/zstd:v1", "team/both:v1", "team/list:v1"]
    }

    /// Makes the image `image` if need be, and pushes it as `name`.
    pub fn push(&self, name: &str, image: &str, options: &[&str]) {
        let from = format!("oci:{}", self.image(image));
        self.copy(&from, &format!("docker://{}", self.reference(name)), options);
    }

    /// Pushes an index of the images `of`, which are there: the first for arm64, others for amd64.
    pub fn push_index(&self, name: &str, of: &[&str]) {
        self.push_list(name, of, &OCI);
    }

    /// The same in the form that docker had before OCI, a manifest list; `of` are images in docker's form.
    pub fn push_docker_list(&self, name: &str, of: &[&str]) {
        self.push_list(name, of, &DOCKER);
    }

    fn push_list(&self, name: &str, of: &[&str], form: &Form) {
        let (to, _) = name.rsplit_once(':').unwrap();
        let described = of.iter().zip(["arm64", "amd64"]).map(|(name, architecture)| {
            let manifest = self.raw(name);
            let digest = imgbuild::digest::Sha256::of(&manifest).prefixed();
            let (repository, _) = name.rsplit_once(':').unwrap();
            self.mount(repository, to, &manifest, form.manifest);
            serde_json::json!({
                "mediaType": form.manifest,
                "digest": digest, "size": manifest.len(),
                "platform": {"os": "linux", "architecture": architecture},
            })
        });
        let manifests: Vec<_> = described.collect();
        let index = serde_json::json!({"schemaVersion": 2, "mediaType": form.index, "manifests": manifests});
        self.put(name, form.index, index.to_string().as_bytes());
    }

    /// Layer by layer compressed by zstd. skopeo takes what a registry has already for the same, unless digests
    /// must be kept.
    fn push_zstd(&self, name: &str, image: &str) {
        let folder = |name: &str| format!("dir:{}", self.folder.path().join(name).display());
        self.copy(&format!("oci:{}", self.image(image)), &folder("plain"), &["--dest-decompress"]);
        self.copy(&folder("plain"), &folder("zstd"), &["--dest-compress", "--dest-compress-format=zstd"]);
        let to = format!("docker://{}", self.reference(name));
        self.copy(&folder("zstd"), &to, &["--preserve-digests"]);
        assert!(String::from_utf8(self.raw(name)).unwrap().contains("tar+zstd"));
    }

    /// Lets the blobs of `manifest` and itself be had of the repository `to` too.
    fn mount(&self, from: &str, to: &str, manifest: &[u8], media_type: &str) {
        let parsed: serde_json::Value = serde_json::from_slice(manifest).unwrap();
        let layers = parsed["layers"].as_array().unwrap().iter().chain([&parsed["config"]]);
        for blob in layers {
            let digest = blob["digest"].as_str().unwrap();
            let url = format!("http://{}/v2/{to}/blobs/uploads/?mount={digest}&from={from}", self.host());
            tool("curl", &["--fail", "--silent", "--show-error", "--request", "POST", &url]);
        }
        let digest = imgbuild::digest::Sha256::of(manifest).prefixed();
        // umoci's own do not say what they are
        self.put(&format!("{to}:{digest}"), media_type, manifest);
    }

    fn put(&self, name: &str, media_type: &str, body: &[u8]) {
        let (repository, which) = name.split_once(':').unwrap();
        let url = format!("http://{}/v2/{repository}/manifests/{which}", self.host());
        let file = self.folder.path().join("body");
        std::fs::write(&file, body).unwrap();
        let (kind, data) = (format!("Content-Type: {media_type}"), format!("@{}", file.display()));
        let request = ["--fail", "--silent", "--show-error", "--request", "PUT", "--header", &kind];
        tool("curl", &[&request[..], &["--data-binary", &data, &url][..]].concat());
    }

    fn raw(&self, name: &str) -> Vec<u8> {
        let from = format!("docker://{}", self.reference(name));
        tool("skopeo", &["inspect", "--raw", "--tls-verify=false", &from]).into_bytes()
    }

    fn copy(&self, from: &str, to: &str, options: &[&str]) {
        let login = self.login.map(|login| format!("--dest-creds={login}"));
        let mut arguments = vec!["copy", "--quiet", "--dest-tls-verify=false"];
        arguments.extend(options);
        arguments.extend(login.as_deref());
        arguments.extend([from, to]);
        tool("skopeo", &arguments);
    }

    /// `LAYOUT:NAME` of an image with a layer that all share and one of its own.
    fn image(&self, name: &str) -> String {
        let layout = self.folder.path().join("layout");
        let (layout, file) = (layout.display().to_string(), self.folder.path().join("file"));
        let image = format!("{layout}:{name}");
        if !std::path::Path::new(&layout).exists() {
            std::fs::write(&file, "shared by all").unwrap();
            tool("umoci", &["init", "--layout", &layout]);
            tool("umoci", &["new", "--image", &format!("{layout}:base")]);
            insert(&format!("{layout}:base"), &file, "/etc/shared");
        }
        std::fs::write(&file, format!("of {name} alone")).unwrap();
        tool("umoci", &["tag", "--image", &format!("{layout}:base"), name]);
        insert(&image, &file, "/etc/own");
        let architecture = if name.starts_with("arm") { "arm64" } else { "amd64" };
        tool("umoci", &["config", "--image", &image, "--architecture", architecture, "--os", "linux"]);
        image
    }

    fn wait(&self) {
        let began = Instant::now();
        while TcpStream::connect((LOOPBACK, self.port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "docker-registry does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn insert(image: &str, file: &std::path::Path, to: &str) {
    tool("umoci", &["insert", "--rootless", "--image", image, file.to_str().unwrap(), to]);
}

impl Drop for Registry {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
