//! A cluster under test: baked, booted by `imgbuild boot`, asked by the real kubectl.

#![allow(dead_code)] // each test target uses a part

use crate::support::{IMGBUILD, Outcome, tool};
use imgbuild::boot::cluster::last_status;
use imgbuild::node::status::{State, Status};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where the definitions of the clusters are; that of their image is beside it, since what it extends must not lie
/// outside of its project.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster");

/// Name of the image that the clusters of the tests run on.
const IMAGE: &str = "archive-probe";

/// The time in UTC, moved as date(1) understands it, as `imgbuild boot --clock` takes it.
pub fn time(moved: &str) -> String {
    tool("date", &["-u", "-d", moved, "+%Y-%m-%dT%H:%M:%S"]).trim().to_owned()
}

/// Machines that are powered off when it is dropped.
pub struct Trial {
    cluster: PathBuf,
    name: &'static str,
    dist: PathBuf,
}

impl Trial {
    /// Bakes the image of the cluster definition `name` of this folder; nothing runs yet.
    pub fn prepare(name: &'static str) -> Self {
        let dist = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clusters");
        let trial = Self { cluster: Path::new(FOLDER).join(format!("{name}.yaml")), name, dist };
        let image = Path::new(FOLDER).with_file_name(format!("{IMAGE}.yaml"));
        trial.imgbuild(&["bake"], &image, &[]);
        trial.power_off(&[]);
        trial
    }

    /// The cluster `name`, booted: all its hosts are Ready within `limit` seconds, or it panics with host01's console.
    #[track_caller]
    pub fn standing(name: &'static str, limit: &str) -> Self {
        let trial = Self::prepare(name);
        assert_eq!(trial.boot(&["--limit", limit]), 0, "host01:\n{}", trial.console("host01"));
        trial
    }

    /// `imgbuild boot` with these further options; what it says is part of the test's output.
    pub fn boot(&self, options: &[&str]) -> i32 {
        self.command(&["boot"], &self.cluster, options).status().unwrap().code().unwrap_or(-1)
    }

    /// Pulls the plug of all machines, or of those that `options` name.
    pub fn power_off(&self, options: &[&str]) {
        self.imgbuild(&["boot", "--stop"], &self.cluster, options);
    }

    /// The file `name` in the folder of the machines.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dist.join(self.name).join("machines").join(name)
    }

    /// What the serial console of `host` said.
    pub fn console(&self, host: &str) -> String {
        let bytes = std::fs::read(self.file(&format!("{host}.console.log"))).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What the agent of `host` reported last.
    pub fn status(&self, host: &str) -> Option<Status> {
        last_status(&std::fs::read_to_string(self.file(&format!("{host}.status.jsonl"))).ok()?)
    }

    /// Waits until what the agent of `host` reports satisfies `right`; panics with its console after `limit`.
    #[track_caller]
    pub fn until_status(&self, limit: Duration, host: &str, right: impl Fn(&Status) -> bool) {
        let start = Instant::now();
        while !self.status(host).is_some_and(|status| right(&status)) {
            let (last, console) = (self.status(host), self.console(host));
            assert!(start.elapsed() < limit, "{host} after {limit:?}: {last:?}\n{console}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until the host of the status `before`, which was done then, has been switched on again, is done and Ready
    /// in that later boot, and panics after `limit` or if its agent has taken any step again.
    ///
    /// `imgbuild boot --resume` does not say all of that: for minutes the API's last word on a node may be that from
    /// before.
    #[track_caller]
    pub fn is_there_again(&self, limit: Duration, before: &Status) {
        let done = |now: &Status| now.boot_id != before.boot_id && now.state == State::Done;
        self.until_status(limit, &before.host, done);
        let now = self.status(&before.host).unwrap();
        assert_eq!(now.history, before.history, "`{}` has done something again", before.host);
        // kubelet reports the same identifier of the boot
        let path = "jsonpath={.status.nodeInfo.bootID} {.status.conditions[?(@.type=='Ready')].status}";
        let ready = format!("{} True", now.boot_id);
        self.until(limit, &["get", "node", &before.host, "-o", path], |node| node == ready);
    }

    /// Renders the hosts' data again, with these further options.
    pub fn render(&self, options: &[&str]) {
        self.imgbuild(&["cloud-init"], &self.cluster, options);
    }

    /// Gives `host` the data that it would have in another cluster of the same definition.
    pub fn give_data_of_another_cluster(&self, host: &str) {
        let other = tempfile::tempdir().unwrap();
        self.render_into(other.path(), self.name, &other.path().join("secrets.yaml"));
        let seed = Path::new(self.name).join(host).join("seed.iso");
        std::fs::copy(other.path().join(&seed), self.dist.join(seed)).unwrap();
    }

    /// Renders the cluster definition `definition` of this folder, which need not be this cluster's, into `dist`.
    pub fn render_into(&self, dist: &Path, definition: &str, secrets: &Path) {
        std::os::unix::fs::symlink(self.dist.join(IMAGE), dist.join(IMAGE)).unwrap();
        let definition = Path::new(FOLDER).join(format!("{definition}.yaml"));
        let mut command = Command::new(IMGBUILD);
        command.arg("cloud-init").arg(definition).arg("--dist").arg(dist).arg("--secrets").arg(secrets);
        Outcome::run(&mut command).success();
    }

    /// The image that the cluster's machines run on.
    pub fn image(&self) -> PathBuf {
        self.dist.join(IMAGE).join(format!("{IMAGE}.qcow2"))
    }

    /// kubectl's answer.
    #[track_caller]
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        self.try_kubectl(arguments).success().stdout
    }

    /// kubectl's answer, whatever it is.
    pub fn try_kubectl(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new("kubectl");
        command.arg("--kubeconfig").arg(self.file("kubeconfig")).arg("--request-timeout=60s").args(arguments);
        Outcome::run(&mut command)
    }

    /// Creates what `manifest` describes.
    pub fn apply(&self, manifest: &str) {
        let file = self.file("manifest.yaml");
        std::fs::write(&file, manifest).unwrap();
        self.kubectl(&["apply", "-f", file.to_str().unwrap()]);
    }

    /// Tries kubectl until its answer satisfies `right`; panics with the last one and host01's console after `limit`.
    #[track_caller]
    pub fn until(&self, limit: Duration, arguments: &[&str], right: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let outcome = self.try_kubectl(arguments);
            if outcome.code == 0 && right(&outcome.stdout) {
                return outcome.stdout;
            }
            let late = start.elapsed() >= limit;
            assert!(!late, "kubectl {arguments:?} after {limit:?}: {outcome:?}\n{}", self.console("host01"));
            std::thread::sleep(Duration::from_secs(2));
        }
    }

    /// Waits until no request for a certificate is left; a kubelet that heard nothing for a while has asked again.
    #[track_caller]
    pub fn until_certificates_are_approved(&self, limit: Duration) {
        let jsonpath = "jsonpath={range .items[*]}{.status.conditions[*].type}\n{end}";
        let approved =
            |conditions: &str| !conditions.is_empty() && conditions.lines().all(|line| line == "Approved");
        self.until(limit, &["get", "csr", "-o", jsonpath], approved);
    }

    /// The secrets that `imgbuild boot` made for the cluster.
    pub fn secrets(&self) -> PathBuf {
        self.dist.join(format!("{}.secrets.yaml", self.name))
    }

    fn imgbuild(&self, verb: &[&str], definition: &Path, options: &[&str]) {
        let status = self.command(verb, definition, options).status().unwrap();
        assert!(status.success(), "imgbuild {verb:?} {}: {status}", definition.display());
    }

    fn command(&self, verb: &[&str], definition: &Path, options: &[&str]) -> Command {
        let mut command = Command::new(IMGBUILD);
        command.args(verb).arg(definition).arg("--dist").arg(&self.dist).args(options).stdin(Stdio::null());
        if verb[0] != "bake" {
            command.arg("--secrets").arg(self.secrets());
        }
        command
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = self.command(&["boot", "--stop"], &self.cluster, &[]).status();
    }
}
