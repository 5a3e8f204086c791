//! What the integration tests share: running the real binary in projects of their own.

#![allow(dead_code, clippy::disallowed_methods, clippy::needless_pass_by_value)] // each test target uses a part; tests start and look freely

pub mod archive;
pub mod disk;
pub mod forky;
pub mod image;
pub mod moto;
pub mod server;
pub mod upstream;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// The binary under test.
pub const IMGBUILD: &str = env!("CARGO_BIN_EXE_imgbuild");

/// How long a program may run at most: the first bake of the default image, for which Kubernetes is compiled, on a
/// machine that has other things to do.
pub const LIMIT: Duration = Duration::from_secs(2 * 3600);

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// Exit code; -1 if a signal ended it.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Progress and errors.
    pub stderr: String,
}

impl Outcome {
    /// Runs `command` to its end; panics with what it has said if that takes longer than [`LIMIT`].
    #[track_caller]
    pub fn run(command: &mut Command) -> Self {
        // files, not pipes: what the program leaves running may keep them open
        let (stdout, stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        command.stdin(Stdio::null());
        command.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("`{program}`: {error}; `make test-tools` installs it"));
        let status = ended(&mut child, LIMIT);
        let code = status.and_then(|status| status.code()).unwrap_or(-1);
        let outcome = Self { code, stdout: text_of(stdout), stderr: text_of(stderr) };
        assert!(status.is_some(), "`{program}` has not ended in {LIMIT:?}: {outcome:?}");
        outcome
    }

    /// From a finished child.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Panics with everything that was said unless it succeeded.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.code, 0, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Panics unless it failed with `code`, saying each of `said`, with one hint and without a panic.
    #[track_caller]
    pub fn failure(self, code: i32, said: &[&str]) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        for text in said {
            assert!(self.stderr.contains(text), "`{text}` is not said:\n{}", self.stderr);
        }
        assert_eq!(self.stderr.matches("hint: ").count(), 1, "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// A folder with `images/` and `templates/`, gone when dropped.
pub struct Project {
    /// The folder.
    pub folder: tempfile::TempDir,
    /// Whose cache is used; `None` means the user's own, where downloads are shared by all tests.
    pub cache: Option<PathBuf>,
}

impl Project {
    /// Without any file.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), cache: None }
    }

    /// With the smallest definition that bakes: an image that is never booted, so a package that is there
    /// anyway stands in for the kernel and the bakes stay short.
    pub fn mini() -> Self {
        let project = Self::empty();
        project.write("images/mini.yaml", MINI);
        project.write("templates/greeting", "hello from {{ image.name }}\n");
        project
    }

    /// The path of `name` in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders that it needs.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes the definition `name` as [`MINI`] with `more` merged over it.
    pub fn extend(&self, name: &str, more: &str) -> &Self {
        let text = format!("schema: 1\nname: {name}\nextends: mini.yaml\n{more}");
        self.write(&format!("images/{name}.yaml"), text)
    }

    /// `imgbuild` with `arguments`, to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(IMGBUILD);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some(cache) = &self.cache {
            command.env("IMGBUILD_CACHE_DIR", cache);
        }
        command
    }

    /// Runs `imgbuild` to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::run(&mut self.command(arguments))
    }

    /// Starts `imgbuild`, kills it with SIGKILL after `time`; says whether it was still running.
    pub fn kill_after(&self, arguments: &[&str], time: Duration) -> bool {
        let mut child: Child =
            self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(time);
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        running
    }

    /// Output name to digest, as `SHA256SUMS` has them.
    pub fn sums(&self, image: &str) -> BTreeMap<String, String> {
        sums(&self.path(&format!("dist/{image}")))
    }
}

/// Runs `imgbuild` in a network namespace that has no interface.
pub fn without_network(project: &Project, arguments: &[&str]) -> Outcome {
    let imgbuild = project.command(arguments);
    let mut command = Command::new("unshare");
    command.arg("--net");
    if !rustix::process::geteuid().is_root() {
        command.args(["--map-root-user", "--map-auto"]);
    }
    command.arg(imgbuild.get_program()).args(imgbuild.get_args()).current_dir(project.folder.path());
    Outcome::run(command.env("IMGBUILD_CACHE_DIR", project.cache.as_ref().unwrap()))
}

/// How `child` ended; `None`, and it is killed, if that takes longer than `limit`.
pub fn ended(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if start.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// All that was written to `file`.
fn text_of(mut file: File) -> String {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Output name to digest, as `SHA256SUMS` in `folder` has them.
pub fn sums(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let pair = |line: &str| line.split_once("  ").map(|(digest, name)| (name.to_owned(), digest.to_owned()));
    text.lines().filter_map(pair).collect()
}

/// Whether the files in `folder` are what its `SHA256SUMS` says, by `sha256sum` itself.
pub fn sums_hold(folder: &Path) -> bool {
    let check =
        Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(folder).output();
    check.unwrap().status.success()
}

/// Runs a foreign tool; panics with what it said unless it succeeded.
#[track_caller]
pub fn tool(program: &str, arguments: &[&str]) -> String {
    Outcome::run(Command::new(program).args(arguments).env("LC_ALL", "C")).success().stdout
}

/// The program `name` of the Python environment in which `scripts/install-host-tools.sh test` puts what
/// `tests/SET/requirements.txt` names.
pub fn python_program(set: &str, name: &str) -> String {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache");
    let folder = cache.unwrap_or_else(home).join("imgbuild/python").join(set);
    folder.join("bin").join(name).to_str().unwrap().to_owned()
}

/// The path of `script`, which is named from `tests/`.
pub fn python_script(script: &str) -> String {
    format!("{}/tests/{script}", env!("CARGO_MANIFEST_DIR"))
}

/// What `script`, named from `tests/`, prints in the Python environment of `set`.
#[track_caller]
pub fn python(set: &str, script: &str, arguments: &[&str]) -> String {
    let script = python_script(script);
    let mut all = vec!["-B", script.as_str()]; // no compiled code beside the sources
    all.extend(arguments);
    tool(&python_program(set, "python3"), &all)
}

/// See [`Project::mini`].
pub const MINI: &str = "\
schema: 1
name: mini
base:
  distribution: debian
  suites: [bookworm]
  components: [main]
  architecture: amd64
  kernel: base-files
  packages: []
  path_exclude: [/usr/share/man/*, /usr/share/locale/*, /usr/share/doc/*]
overlay:
  /etc/greeting: {template: greeting}
disk: {size: 512MiB, esp: 40MiB}
outputs: [raw, qcow2]
";
