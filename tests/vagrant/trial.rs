//! A project as a Vagrant user has it: an image and a cluster in `dist/`, and `vagrant/Vagrantfile`.

use crate::support::{IMGBUILD, Outcome, tool};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");
/// The image and its box.
pub const IMAGE: &str = "debian-12-archive-vagrant";
const CLUSTER: &str = "archive-vagrant";
/// Lines of a console that are shown when a command fails.
const TAIL: usize = 60;
/// No command of Vagrant takes longer, even where QEMU emulates the CPU.
const LIMIT: Duration = Duration::from_secs(2400);

/// Machines that are destroyed when it is dropped.
pub struct Trial {
    dist: PathBuf,
}

impl Trial {
    /// Bakes the image and renders the cluster; no machine runs yet.
    pub fn prepare() -> Self {
        start_libvirtd();
        let trial = Self { dist: Path::new(env!("CARGO_TARGET_TMPDIR")).join("vagrant") };
        trial.imgbuild(&["bake", &format!("{PROJECT}/images/{IMAGE}.yaml")]);
        let secrets = trial.dist.join("secrets.yaml");
        let cluster = format!("{PROJECT}/clusters/{CLUSTER}.yaml");
        trial.imgbuild(&["cloud-init", &cluster, "--secrets", secrets.to_str().unwrap()]);
        trial.vagrant(&["destroy", "--force"]);
        trial.forget();
        trial
    }

    /// The folder `name` beside the image's.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.dist.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Packs the image anew, with `options`, into the folder `name`.
    pub fn pack(&self, name: &str, options: &[&str]) {
        let to = self.folder(name);
        self.imgbuild(&[&["box", IMAGE, "--to", to.to_str().unwrap()], options].concat());
    }

    /// Adds the box for `provider` as the catalog in the folder `name` says, digest and all, from that folder.
    pub fn add_box(&self, name: &str, provider: &str) {
        self.add_box_of(name, &format!("{IMAGE}.json"), provider);
    }

    /// The same with a catalog that a web server at `url` has.
    pub fn add_box_of_web(&self, url: &str, provider: &str) {
        self.add_box_of("", &format!("{url}/{IMAGE}.json"), provider);
    }

    fn add_box_of(&self, folder: &str, catalog: &str, provider: &str) {
        let add = ["box", "add", catalog, "--provider", provider, "--force"];
        self.run(&add, &self.folder(folder)).success();
    }

    /// `vagrant` in the folder of the Vagrantfile; panics unless it succeeds.
    #[track_caller]
    pub fn vagrant(&self, arguments: &[&str]) -> String {
        self.run(arguments, &Path::new(PROJECT).join("vagrant")).success().stdout
    }

    /// The same with variables of one's own, however it ends.
    pub fn vagrant_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let mut command = self.command(arguments, &Path::new(PROJECT).join("vagrant"));
        Outcome::run(command.envs(variables.iter().copied()))
    }

    /// What a command on `host` prints.
    #[track_caller]
    pub fn ssh(&self, host: &str, command: &str) -> String {
        self.vagrant(&["ssh", host, "-c", command]).replace('\r', "")
    }

    /// Whether a seed, which has secrets in it, is left where QEMU could read it.
    pub fn seed_copies_exist() -> bool {
        let folder = format!("/var/tmp/imgbuild-{}/{CLUSTER}", tool("id", &["-u"]).trim());
        std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Removes what Vagrant and libvirt keep of earlier runs: of each image hundreds of megabytes.
    fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.dist.join("vagrant-home/boxes"));
        let _ = std::fs::remove_dir_all(self.consoles());
        // before the first run there is no pool
        for volume in virsh(&["vol-list", "default"]).stdout.lines() {
            let name = volume.split_whitespace().next().unwrap_or_default();
            if name.starts_with(&format!("{IMAGE}_vagrant_box_image_")) {
                virsh(&["vol-delete", name, "--pool", "default"]).success();
            }
        }
    }

    fn imgbuild(&self, arguments: &[&str]) {
        let mut command = Command::new(IMGBUILD);
        command.args(arguments).arg("--dist").arg(&self.dist).stdin(Stdio::null());
        assert!(command.status().unwrap().success(), "imgbuild {arguments:?}");
    }

    fn command(&self, arguments: &[&str], folder: &Path) -> Command {
        let mut command = Command::new("timeout");
        command.arg(LIMIT.as_secs().to_string()).arg("vagrant").args(arguments);
        command.args(arguments.contains(&"up").then_some("--provider=libvirt"));
        command.env("IMGBUILD_DIST", &self.dist).env("IMGBUILD_CLUSTER", CLUSTER).env("LC_ALL", "C.UTF-8");
        command.env("VAGRANT_HOME", self.dist.join("vagrant-home"));
        command.env("VAGRANT_DOTFILE_PATH", self.dist.join("vagrant-machines"));
        command.env("IMGBUILD_CONSOLES", self.consoles());
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str], folder: &Path) -> Outcome {
        let outcome = Outcome::run(&mut self.command(arguments, folder));
        eprintln!("$ vagrant {}\n{}{}", arguments.join(" "), outcome.stdout, outcome.stderr);
        if outcome.code != 0 {
            self.show_consoles();
        }
        outcome
    }

    fn consoles(&self) -> PathBuf {
        self.dist.join("consoles")
    }

    /// Prints what each host said last: if a machine does not come up, the reason is there or nowhere.
    fn show_consoles(&self) {
        for entry in std::fs::read_dir(self.consoles()).into_iter().flatten().flatten() {
            let said = std::fs::read(entry.path()).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let lines: Vec<&str> = said.lines().collect();
            let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
            eprintln!("{}:\n{tail}", entry.path().display());
        }
    }
}

/// Somebody else's web server on 127.0.0.1; it ends with the value.
pub struct Web {
    child: Child,
    /// Without a slash at its end.
    pub url: String,
}

impl Web {
    /// Serves `folder`.
    pub fn of(folder: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-m", "http.server", "--bind", "127.0.0.1", &address.port().to_string()]);
        command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        let web = Self { child: command.spawn().unwrap(), url: format!("http://{address}") };
        let answers = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            TcpStream::connect(address).is_ok()
        });
        assert!(answers, "python3's web server does not answer");
        web
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.run(&["destroy", "--force"], &Path::new(PROJECT).join("vagrant"));
    }
}

/// What libvirt says to its own client.
fn virsh(arguments: &[&str]) -> Outcome {
    let output = Command::new("virsh").args(["-q", "-c", "qemu:///system"]).args(arguments).output();
    Outcome::of(output.expect("virsh is not installed: run `make e2e-vagrant`"))
}

/// Where an init system runs, it has started libvirtd; elsewhere, as in a container, nobody has.
fn start_libvirtd() {
    let answers = || virsh(&["version"]).code == 0;
    if answers() {
        return;
    }
    // it may have outlived a libvirtd, and then it ends with an error
    let logger = Command::new("/usr/sbin/virtlogd").arg("-d").status();
    logger.expect("virtlogd is not installed: run `make e2e-vagrant`");
    tool("/usr/sbin/libvirtd", &["-d"]);
    for _ in 0..30 {
        if answers() {
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    panic!("libvirtd does not answer");
}
