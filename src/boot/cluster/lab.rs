//! The folder of a cluster's machines: their disks, consoles, process numbers, and how to reach them.

use crate::Result;
use crate::qemu::Daemon;
use anyhow::Context as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// `dist/CLUSTER/machines/`, or any other folder that nothing else writes to.
#[derive(Debug, Clone)]
pub struct Lab {
    folder: PathBuf,
}

impl Lab {
    /// The lab in `folder`, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `host` has written to its disk.
    pub fn disk(&self, host: &str) -> PathBuf {
        self.file(host, "qcow2")
    }

    /// What the first serial port of `host` said.
    pub fn console(&self, host: &str) -> PathBuf {
        self.file(host, "console.log")
    }

    /// What the agent of `host` reported: a [`crate::node::status::Status`] as JSON on each line.
    pub fn status(&self, host: &str) -> PathBuf {
        self.file(host, "status.jsonl")
    }

    /// The machine of `host`.
    pub fn machine(&self, host: &str) -> Daemon {
        Daemon::at(&self.file(host, "pid"))
    }

    /// The switch between the machines; no host is called like that, since a host's name has no dot.
    pub fn switch(&self) -> Daemon {
        Daemon::at(&self.file("network", "switch.pid"))
    }

    /// Where programs plug into the switch.
    pub fn switch_folder(&self) -> Result<PathBuf> {
        Ok(fs_err::read_link(self.switch_link())?)
    }

    /// An empty folder for a new switch. It is not in the lab, whose path may be too long for a socket's.
    pub fn new_switch_folder(&self) -> Result<PathBuf> {
        self.remove_switch_folder()?;
        let made = tempfile::Builder::new().prefix("imgbuild-switch-").tempdir();
        let folder = made.context("creating a folder for the sockets of the network")?.keep();
        fs_err::os::unix::fs::symlink(&folder, self.switch_link())?;
        Ok(folder)
    }

    /// Forgets the folder of a switch that does not run any more.
    pub fn remove_switch_folder(&self) -> Result<()> {
        let Ok(folder) = self.switch_folder() else { return Ok(()) };
        match fs_err::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => fs_err::remove_file(self.switch_link())?,
        }
        Ok(())
    }

    /// The way into their network.
    pub fn router(&self) -> Daemon {
        Daemon::at(&self.file("network", "router.pid"))
    }

    /// The ports of this machine that lead inside; see [`super::ports::Ports`].
    pub fn ports(&self) -> PathBuf {
        self.folder.join("ports.json")
    }

    /// A kubeconfig that works on this machine while the cluster runs.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The first boot of all hosts as a picture.
    pub fn timeline(&self) -> PathBuf {
        self.folder.join("timeline.svg")
    }

    fn switch_link(&self) -> PathBuf {
        self.file("network", "switch")
    }

    fn file(&self, host: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{host}.{extension}"))
    }
}
