//! A machine that is running: its logs, waiting for them under a time limit, its end.

use super::console;
use super::machine::{Console, Machine};
use crate::Result;
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::process::Tool;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

/// How much of the serial log an error shows.
const TAIL_LINES: usize = 60;
/// How often logs are looked at.
const INTERVAL: Duration = Duration::from_millis(200);

/// A running machine whose console goes to a file. Dropping it pulls the plug: what the guest has not flushed
/// is lost, as when power fails.
pub struct Guest {
    child: Child,
    serial: PathBuf,
    report: Option<PathBuf>,
    errors: tempfile::NamedTempFile,
}

/// A file that a guest writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Its first serial port.
    Serial,
    /// Its report port.
    Report,
}

impl Guest {
    /// Powers `machine` on.
    ///
    /// # Errors
    /// If its console is not a file, or QEMU or its firmware are missing.
    pub fn start(machine: &Machine) -> Result<Self> {
        let Console::File(serial) = &machine.console else {
            anyhow::bail!("the console of a guest in the background must be a file");
        };
        Self::run(
            &machine.command()?,
            serial.clone(),
            machine.report_port.as_ref().map(|port| port.file.clone()),
        )
    }

    fn run(command: &Tool, serial: PathBuf, report: Option<PathBuf>) -> Result<Self> {
        let errors = tempfile::NamedTempFile::new().context("creating a file for QEMU's errors")?;
        let child = command.spawn(Stdio::null(), Stdio::null(), errors.reopen()?.into())?;
        Ok(Self { child, serial, report, errors })
    }

    /// Everything in `log` so far; bytes that are not UTF-8 are replaced.
    pub fn read(&self, log: Log) -> String {
        match log {
            Log::Serial => read(&self.serial),
            Log::Report => self.report.as_deref().map(read).unwrap_or_default(),
        }
    }

    /// Waits for a whole line of `log` that contains `text` and returns it.
    ///
    /// # Errors
    /// As [`Guest::wait_for`].
    pub fn wait_for_line(&mut self, log: Log, text: &str, limit: Duration) -> Result<String> {
        let found = |log: &str| whole_lines(log).find(|line| line.contains(text)).map(str::to_owned);
        self.wait_for(log, &format!("a line with `{text}`"), limit, found)
    }

    /// Waits until `find` finds `what` in `log`.
    ///
    /// # Errors
    /// If that takes longer than `limit`, or QEMU ends without it; both show the end of the serial log.
    pub fn wait_for<T>(
        &mut self,
        log: Log,
        what: &str,
        limit: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let waiting = Stopwatch::new();
        loop {
            let ended = self.child.try_wait()?; // before the log is read, so that its end is not missed
            if let Some(found) = find(&self.read(log)) {
                return Ok(found);
            }
            if let Some(status) = ended {
                return Err(self.failed(&format!("the guest ended ({status}) before it gave {what}")));
            }
            if waiting.elapsed() > limit {
                return Err(self.failed(&format!("the guest did not give {what} in {} s", limit.as_secs())));
            }
            std::thread::sleep(INTERVAL);
        }
    }

    /// Waits until the guest has powered itself off.
    ///
    /// # Errors
    /// If that takes longer than `limit`, or QEMU failed.
    pub fn wait_for_power_off(&mut self, limit: Duration) -> Result<()> {
        let waiting = Stopwatch::new();
        while waiting.elapsed() <= limit {
            match self.child.try_wait()? {
                Some(status) => return self.check(status),
                None => std::thread::sleep(INTERVAL),
            }
        }
        Err(self.failed(&format!("the guest did not power off in {} s", limit.as_secs())))
    }

    /// `message` with what QEMU said and the end of the serial log.
    pub fn failed(&self, message: &str) -> anyhow::Error {
        let errors = console::tail(&read(self.errors.path()), TAIL_LINES);
        let serial = self.console_tail();
        Fault::child(format!("{message}; qemu said:{errors}\n  the console's end:{serial}")).into()
    }

    /// The last lines of the serial log, indented, without escape sequences.
    pub fn console_tail(&self) -> String {
        console::tail(&self.read(Log::Serial), TAIL_LINES)
    }

    fn check(&self, status: ExitStatus) -> Result<()> {
        if status.success() { Ok(()) } else { Err(self.failed(&format!("qemu failed: {status}"))) }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn read(path: &Path) -> String {
    let bytes = fs_err::read(path).unwrap_or_default(); // QEMU may not have made it yet
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The lines that have ended: a guest may be in the middle of the last one.
pub fn whole_lines(log: &str) -> impl Iterator<Item = &str> {
    log.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::trim_end)
}

#[cfg(test)]
mod tests;
