//! A host that is a double: its files are in a folder, its programs are in [`super::kubeadm`], its clock stands
//! still but for sleeps, and its power can be cut after any effect.

use super::configuration;
use super::kubeadm::Cluster;
use crate::atomic;
use crate::node::configuration::{DIRECTORY, KUBEADM, NodeConfiguration, PKI, Role};
use crate::node::host::{Command, Host, Told};
use crate::node::machine::{End, Machine};
use crate::node::status::{Moment, Status, store};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longer than any test lets time pass.
const STUCK_MS: u64 = 24 * 3600 * 1000;
/// 2026-11-23.
pub const NOW: u64 = 1_795_400_000;

/// What is thrown when the power is cut.
struct PowerCut;

/// The double.
pub struct FakeHost {
    folder: tempfile::TempDir,
    world: Mutex<World>,
}

/// What the double knows.
pub struct World {
    /// The cluster and this host's programs.
    pub cluster: Cluster,
    /// Seconds since 1970 at power-on.
    pub wall: u64,
    /// Since power-on.
    pub uptime_ms: u64,
    /// How often it was switched on.
    pub boots: u32,
    /// Effects that are left before the power is cut.
    pub left: Option<usize>,
    /// Effects so far.
    pub effects: usize,
    /// What was run, without paths.
    pub commands: Vec<String>,
    /// What people were told.
    pub said: Vec<String>,
    /// Whether certificates are being approved.
    pub approves: bool,
}

impl FakeHost {
    /// Just switched on for the first time, cloud-init has written its files.
    pub fn new(configuration: &NodeConfiguration) -> Self {
        let world = World {
            cluster: Cluster::new(configuration),
            wall: NOW,
            uptime_ms: 30_000,
            boots: 1,
            left: None,
            effects: 0,
            commands: Vec::new(),
            said: Vec::new(),
            approves: false,
        };
        let host = Self { folder: folder(), world: Mutex::new(world) };
        host.render(configuration);
        host
    }

    /// One for a role, with what [`configuration`] says of it.
    pub fn of(role: Role) -> (Self, NodeConfiguration) {
        let configuration = configuration(role);
        (Self::new(&configuration), configuration)
    }

    fn render(&self, configuration: &NodeConfiguration) {
        let secret = "token: \"abcdef.0123456789abcdef\"\n";
        self.write(KUBEADM, secret);
        self.write(&format!("{DIRECTORY}/node.json"), "{}\n");
        self.write(&format!("{PKI}/ca.crt"), include_str!("ca-of-2020.pem"));
        if configuration.role != Role::Worker {
            for name in ["ca.key", "etcd/ca.crt", "etcd/ca.key", "sa.key", "sa.pub"] {
                self.write(&format!("{PKI}/{name}"), "made beforehand\n");
            }
        }
        for file in &configuration.install {
            self.write(&format!("{DIRECTORY}/{}", file.from), "path: /etc/kubernetes/super-admin.conf\n");
        }
        for manifest in configuration.addons.iter().flat_map(|addon| &addon.manifests) {
            self.write(manifest, "kind: CustomResourceDefinition\n");
        }
        for path in ["/root/rendered-secret", "/var/lib/cloud/instances/i-1/user-data.txt"] {
            self.write(path, secret);
        }
        self.write("/run/cloud-init/result.json", "{}\n");
        super::kubeadm::bake_images(self, &configuration.images);
    }

    /// Writes a file of the host.
    pub fn write(&self, path: &str, text: &str) {
        atomic::write(&self.path(path), text).unwrap();
    }

    /// The text of a file of the host.
    pub fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.path(path)).unwrap()
    }

    /// Whether the host has the file.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// What the double knows, to look at or to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands in the status.
    pub fn status(&self) -> Status {
        store::load(self).unwrap()
    }

    /// Runs the agent; `None` if the power was cut.
    pub fn boot(&self, configuration: &NodeConfiguration) -> Option<End> {
        let run = || Machine::new(self, configuration).run();
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(end) => Some(end),
            Err(thrown) if thrown.is::<PowerCut>() => {
                self.switch_on();
                None
            }
            Err(thrown) => std::panic::resume_unwind(thrown),
        }
    }

    /// Switches the host on again: what is below `/run` is gone, kubelet starts what it finds.
    pub fn switch_on(&self) {
        let _ = fs_err::remove_dir_all(self.path("/run"));
        self.write("/run/cloud-init/result.json", "{}\n");
        let etcd =
            self.has("/etc/kubernetes/manifests/etcd.yaml") && self.has("/var/lib/kubelet/config.yaml");
        let certificate = super::kubeadm::KUBELET_CERTIFICATE;
        let kubelet = self.has(certificate) && !self.read(certificate).is_empty();
        let mut world = self.world();
        world.left = None;
        world.boots += 1;
        world.uptime_ms = 30_000;
        world.approves = false;
        world.cluster.kubelet_starts(etcd, kubelet);
    }

    /// Something that a power cut may come after; the guard must not be held.
    fn effect(&self) {
        let mut world = self.world();
        world.effects += 1;
        match &mut world.left {
            Some(0) => {
                drop(world);
                std::panic::resume_unwind(Box::new(PowerCut));
            }
            Some(left) => *left -= 1,
            None => {}
        }
    }
}

/// In memory where there is such a place: what is recorded is written through to the disk each time.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl Host for FakeHost {
    fn path(&self, absolute: &str) -> PathBuf {
        self.folder.path().join(Path::new(absolute).strip_prefix("/").unwrap())
    }

    fn run(&self, command: &Command) -> crate::Result<Told> {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let line = command.argv.join(" ").replace(&folder, "");
        self.world().commands.push(line.clone());
        Ok(super::kubeadm::run(self, &line, &command.input, &|| self.effect()))
    }

    fn sleep(&self, duration: Duration) {
        self.effect();
        let etcd = "/etc/kubernetes/manifests/etcd.yaml";
        let joins = self.has(etcd) && self.read(etcd).contains("--initial-cluster-state=existing");
        let mut world = self.world();
        world.cluster.kubelet_finds(joins);
        world.uptime_ms += u64::try_from(duration.as_millis()).unwrap();
        assert!(world.uptime_ms < STUCK_MS, "stuck: {:#?}", world.said.last());
        let uptime_ms = world.uptime_ms;
        world.cluster.time_passes(uptime_ms);
    }

    fn now(&self) -> Moment {
        let world = self.world();
        Moment { wall: world.wall + world.uptime_ms / 1000, uptime_ms: world.uptime_ms }
    }

    fn boot_id(&self) -> String {
        format!("boot-{}", self.world().boots)
    }

    fn hostname(&self) -> String {
        self.world().cluster.name.clone()
    }

    fn listens(&self, _: &str) -> bool {
        true
    }

    fn connect(&self, _: SocketAddr) -> std::io::Result<()> {
        self.effect();
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        if self.world().cluster.api { Ok(()) } else { Err(refused) }
    }

    fn random(&self) -> u64 {
        0
    }

    fn say(&self, text: &str) {
        self.world().said.push(text.to_owned());
        // what is said and what is recorded are apart in time
        self.effect();
    }

    fn sync(&self) {
        self.effect();
    }

    fn start_approver(&self) {
        self.world().approves = true;
    }
}
