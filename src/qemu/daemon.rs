//! A machine or a part of its network that goes on after imgbuild has ended, known by the file that holds its
//! process number.

use crate::Result;
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::process::Tool;
use anyhow::Context as _;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A process that was killed, or has gone into the background, only has to be scheduled, and to write a file beside
/// gigabytes of a fresh disk that may be on their way.
const LIMIT: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(20);

/// How QEMU is told to go into the background, and where to write its process number.
pub const QEMU_FLAGS: [&str; 2] = ["-daemonize", "-pidfile"];

/// A program in the background, running or not.
#[derive(Debug, Clone)]
pub struct Daemon {
    pid_file: PathBuf,
}

impl Daemon {
    /// The one whose process number is, or will be, in `pid_file`.
    pub fn at(pid_file: &Path) -> Self {
        // whoever looks for it may have come from another folder
        Self { pid_file: std::path::absolute(pid_file).unwrap_or_else(|_| pid_file.to_owned()) }
    }

    /// Runs `command`, which goes into the background by `flags`; returns when it is there and `is_open`.
    ///
    /// # Errors
    /// With what the program said if it could not start, or if it is not open soon.
    pub fn start(&self, command: Tool, flags: [&str; 2], is_open: impl Fn() -> bool) -> Result<()> {
        if self.is_running() {
            return Err(Fault::usage(format!("`{}` is running already", self.name())).into());
        }
        self.forget()?;
        command.args(flags).arg(&self.pid_file).run()?;
        self.wait(|| self.is_running() && is_open(), "does not start")
    }

    /// Whether it runs: a process has that number, and is the one that was started with this file.
    pub fn is_running(&self) -> bool {
        self.process().is_some()
    }

    /// Pulls the plug: what a guest has not flushed is lost. Does nothing if it does not run.
    ///
    /// # Errors
    /// If the process belongs to somebody else, or does not end.
    pub fn power_off(&self) -> Result<()> {
        let Some(process) = self.process() else { return Ok(()) };
        match kill_process(process, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => self.wait(|| !self.is_running(), "does not end"),
            Err(error) => Err(error).with_context(|| format!("ending `{}`", self.name())),
        }
    }

    /// Removes what a process that was killed left: `vde_switch` writes no number into a file that is there, and does
    /// not say so.
    fn forget(&self) -> Result<()> {
        match fs_err::remove_file(&self.pid_file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn wait(&self, until: impl Fn() -> bool, or_else: &str) -> Result<()> {
        let waiting = Stopwatch::new();
        while !until() {
            if waiting.elapsed() > LIMIT {
                return Err(Fault::child(format!("`{}` {or_else}", self.name())).into());
            }
            std::thread::sleep(INTERVAL);
        }
        Ok(())
    }

    fn process(&self) -> Option<Pid> {
        let number: i32 = fs_err::read_to_string(&self.pid_file).ok()?.trim().parse().ok()?;
        let command_line = fs_err::read(format!("/proc/{number}/cmdline")).ok()?;
        let ours = self.pid_file.as_os_str().as_bytes();
        let mut arguments = command_line.split(|&byte| byte == 0);
        arguments.any(|argument| argument == ours).then(|| Pid::from_raw(number)).flatten()
    }

    fn name(&self) -> String {
        self.pid_file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qemu::Switch;
    use crate::qemu::switch::SWITCH_FLAGS;

    #[test]
    fn a_number_that_another_process_has_now_is_not_ours() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("host01.pid");
        for text in [std::process::id().to_string(), "no number".into(), "999999999".into()] {
            fs_err::write(&path, text).unwrap();
            let daemon = Daemon::at(&path);
            assert!(!daemon.is_running());
            daemon.power_off().unwrap();
        }
    }

    #[test]
    fn a_switch_starts_again_after_it_was_killed() {
        let dir = tempfile::tempdir().unwrap();
        let daemon = Daemon::at(&dir.path().join("network.switch.pid"));
        for run in ["first", "second"] {
            let switch = Switch { folder: dir.path().join(run), ports: 1 };
            daemon.start(switch.command(), SWITCH_FLAGS, || switch.is_open()).unwrap();
            daemon.power_off().unwrap();
        }
    }

    #[test]
    fn a_qemu_in_the_background_can_be_found_and_ended() {
        let dir = tempfile::tempdir().unwrap();
        let daemon = Daemon::at(&dir.path().join("idle.pid"));
        let idle =
            || Tool::new("qemu-system-x86_64").args(["-machine", "none", "-nodefaults", "-display", "none"]);
        daemon.start(idle(), QEMU_FLAGS, || true).unwrap();
        assert!(Daemon::at(&dir.path().join("idle.pid")).is_running());
        assert!(
            daemon.start(idle(), QEMU_FLAGS, || true).unwrap_err().to_string().contains("running already")
        );
        daemon.power_off().unwrap();
        assert!(!daemon.is_running());
    }
}
