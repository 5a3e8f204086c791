//! A root without network to run pinned programs in.
//!
//! bubblewrap mounts; below it, unless we are root, a user namespace of our own. Programs that make files of
//! many owners (mmdebstrap) need a range of subordinate ids (`/etc/subuid`); the rest do with one.

use crate::process::Tool;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What whoever started imgbuild set or left open stays outside: its umask, and its open files, which would push
/// the numbers of those that programs open past 9, where dash cannot redirect any more (mmdebstrap's hooks).
const ENTRY: &str = r#"umask 022; exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec "$@""#;

/// How many user ids exist inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Root only: enough to read, compile and write.
    Root,
    /// All of them: what package installation needs.
    All,
}

/// A folder that becomes `/` for the programs run in it.
#[derive(Debug, Clone)]
pub struct Sandbox {
    root: PathBuf,
    ids: Ids,
    binds: Vec<OsString>,
    variables: Vec<(String, OsString)>,
}

impl Sandbox {
    /// Runs in `root`; time stamps of what is made are to be `epoch`, in seconds since 1970.
    pub fn new(root: &Path, ids: Ids, epoch: u64) -> Self {
        let variables = [
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin".into()),
            ("HOME", "/root".into()),
            ("TZ", "UTC".into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("SOURCE_DATE_EPOCH", epoch.to_string().into()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { root: root.to_owned(), ids, binds: Vec::new(), variables }
    }

    /// Shows `outside` as `inside`, read-only.
    #[must_use]
    pub fn read_only(self, outside: &Path, inside: &str) -> Self {
        self.bind("--ro-bind", outside, inside)
    }

    /// Shows `outside` as `inside`, writable.
    #[must_use]
    pub fn writable(self, outside: &Path, inside: &str) -> Self {
        self.bind("--bind", outside, inside)
    }

    /// Sets a variable inside.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// `tool` inside: its program and arguments; its variables do not count.
    pub fn inside(&self, tool: Tool) -> Tool {
        self.tool("/usr/bin/env").args(tool.into_argv())
    }

    /// `program` inside; arguments are added as to any [`Tool`].
    pub fn tool(&self, program: &str) -> Tool {
        self.bubblewrap()
            .args([
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--unshare-net",
            ])
            .args(["--hostname", "imgbuild", "--die-with-parent", "--new-session", "--clearenv"])
            .arg("--bind")
            .arg(&self.root)
            .args(["/", "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/sys", "/sys"])
            .args(&self.binds)
            .args(
                self.variables
                    .iter()
                    .flat_map(|(name, value)| ["--setenv".into(), name.into(), value.clone()]),
            )
            .args(["--", "/bin/sh", "-c", ENTRY, "sh", program])
    }

    fn bubblewrap(&self) -> Tool {
        match (is_root(), self.ids) {
            (true, _) => Tool::new("bwrap").args(["--cap-add", "ALL"]),
            (false, Ids::All) => subordinate("bwrap").args(["--cap-add", "ALL"]),
            (false, Ids::Root) => Tool::new("bwrap").args(["--unshare-user", "--uid", "0", "--gid", "0"]),
        }
    }

    fn bind(mut self, option: &str, outside: &Path, inside: &str) -> Self {
        self.binds.extend([option.into(), outside.into(), inside.into()]);
        self
    }
}

/// Removes `directory` although files in it may belong to subordinate ids.
pub fn remove(directory: &Path) -> crate::Result<()> {
    let tool = if is_root() { Tool::new("rm") } else { subordinate("rm") };
    tool.args(["-rf", "--one-file-system", "--"]).arg(directory).run()
}

/// Fails, saying what to install, if this machine cannot make sandboxes.
pub fn require() -> crate::Result<()> {
    Tool::require("bwrap")?;
    if is_root() {
        return Ok(());
    }
    Tool::require("newuidmap")?;
    let mapped = subordinate("true").run();
    mapped.map_err(|error| {
        crate::error::Fault::child(format!("no user namespace with subordinate ids: {error}"))
            .hint("as root: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`")
            .into()
    })
}

fn subordinate(program: &str) -> Tool {
    Tool::new("unshare").args(["--user", "--map-root-user", "--map-auto", "--", program])
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
