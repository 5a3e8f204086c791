//! A cluster under test: baked, booted by `imgbuild boot`, asked by the real kubectl.

use crate::support::{IMGBUILD, Outcome};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where the definitions of the tests are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster");

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
        let image = Path::new(FOLDER).join("archive-probe.yaml");
        trial.imgbuild(&["bake"], &image, &[]);
        trial.power_off(&[]);
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

    /// kubectl's answer.
    #[track_caller]
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        self.try_kubectl(arguments).success().stdout
    }

    /// kubectl's answer, whatever it is.
    pub fn try_kubectl(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new("kubectl");
        command.arg("--kubeconfig").arg(self.file("kubeconfig")).arg("--request-timeout=60s").args(arguments);
        Outcome::of(command.stdin(Stdio::null()).output().expect("kubectl is not installed: run `make test`"))
    }

    /// Creates what `manifest` describes.
    pub fn apply(&self, manifest: &str) {
        let file = self.file("manifest.yaml");
        std::fs::write(&file, manifest).unwrap();
        self.kubectl(&["apply", "-f", file.to_str().unwrap()]);
    }

    /// Tries kubectl until its answer satisfies `right`; panics with the last one after `limit`.
    #[track_caller]
    pub fn until(&self, limit: Duration, arguments: &[&str], right: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let outcome = self.try_kubectl(arguments);
            if outcome.code == 0 && right(&outcome.stdout) {
                return outcome.stdout;
            }
            assert!(start.elapsed() < limit, "kubectl {arguments:?} after {limit:?}: {outcome:?}");
            std::thread::sleep(Duration::from_secs(2));
        }
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
        if verb[0] == "boot" {
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
