//! The only place that starts child processes.
//!
//! Children get a cleared environment with `LC_ALL=C.UTF-8` and `TZ=UTC`; an error carries the command and
//! the end of its stderr; a program that is not there is an error that names its Debian package.

#[cfg(test)]
mod foreign;
mod package;
mod tail;
mod told;

pub use told::{Told, spooled};

#[cfg(test)]
pub use foreign::foreign;

use crate::Result;
use crate::environment::{self, PASSED_TO_CHILDREN};
use crate::error::{FULL_DISK_HINT, Fault, Kind};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use tail::Tail;

/// What an ordinary user may ask for (`/proc/sys/fs/pipe-max-size`).
const PIPE_BYTES: usize = 1 << 20;

/// What programs say of a full disk: `ENOSPC` in the words of strerror(3).
const FULL_DISK: &str = "No space left on device";

/// Where a host's programs are.
const HOST_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A program to run with its arguments.
#[derive(Clone, Debug)]
pub struct Tool {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    directory: Option<PathBuf>,
    log: Option<PathBuf>,
}

impl Tool {
    /// `program` is looked up in `PATH`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut environment =
            BTreeMap::from([("LC_ALL".into(), "C.UTF-8".into()), ("TZ".into(), "UTC".into())]);
        for name in PASSED_TO_CHILDREN {
            if let Some(value) = environment::variable(name) {
                environment.insert(name.into(), value.into());
            }
        }
        Self {
            program: program.as_ref().into(),
            arguments: Vec::new(),
            environment,
            directory: None,
            log: None,
        }
    }

    /// On a host that boots, where whoever started us left no environment worth passing on: `program` is looked
    /// up where Debian has programs, and kubectl and kubeadm find no configuration but what they are told.
    pub fn on_host(program: impl AsRef<OsStr>) -> Self {
        let variables = [("LC_ALL", "C.UTF-8"), ("TZ", "UTC"), ("PATH", HOST_PATH), ("HOME", "/root")];
        Self {
            program: program.as_ref().into(),
            arguments: Vec::new(),
            environment: variables.map(|(name, value)| (name.into(), value.into())).into(),
            directory: None,
            log: None,
        }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    /// Runs in `directory`.
    #[must_use]
    pub fn directory(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    /// Appends stdout and stderr to the file at `log`; the end of it is shown if the child fails.
    #[must_use]
    pub fn log(mut self, log: &Path) -> Self {
        self.log = Some(log.to_owned());
        self
    }

    /// This command as the arguments of another one, such as a sandbox.
    pub fn into_argv(self) -> Vec<OsString> {
        std::iter::once(self.program).chain(self.arguments).collect()
    }

    /// Runs to the end; fails unless it exits with 0.
    pub fn run(&self) -> Result<()> {
        match &self.log {
            Some(log) => self.run_logged(log),
            None => self.output().map(drop),
        }
    }

    /// Runs to the end and returns its stdout; fails unless it exits with 0.
    pub fn output(&self) -> Result<Vec<u8>> {
        let mut command = self.command();
        let child = self.start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let output = child.wait_with_output().with_context(|| self.failed_to("wait for"))?;
        self.check(output.status, &Tail::of_bytes(&output.stderr))?;
        Ok(output.stdout)
    }

    /// Like [`Tool::output`], as text.
    pub fn text(&self) -> Result<String> {
        String::from_utf8(self.output()?).with_context(|| self.failed_to("read the output of"))
    }

    /// Runs with stdin filled by `feed`; fails if either fails, naming the child's reason first.
    pub fn run_fed(&self, feed: impl FnOnce(&mut ChildStdin) -> Result<()>) -> Result<()> {
        let mut log = tempfile::tempfile()?;
        let stdout = log.try_clone()?;
        self.fed(stdout, &mut log, feed)
    }

    /// Like [`Tool::run_fed`]; returns its stdout.
    pub fn filter(&self, feed: impl FnOnce(&mut ChildStdin) -> Result<()>) -> Result<Vec<u8>> {
        let (mut output, mut log) = (tempfile::tempfile()?, tempfile::tempfile()?);
        self.fed(output.try_clone()?, &mut log, feed)?;
        output.rewind()?;
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn fed(
        &self,
        stdout: File,
        stderr: &mut File,
        feed: impl FnOnce(&mut ChildStdin) -> Result<()>,
    ) -> Result<()> {
        let mut command = self.command();
        let mut child =
            self.start(command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr.try_clone()?))?;
        let mut stdin = child.stdin.take().context("a piped child has no stdin")?;
        // A larger pipe saves most switches between feeder and child; a smaller one is no error.
        let _ = rustix::pipe::fcntl_setpipe_size(&stdin, PIPE_BYTES);
        let result = feed(&mut stdin);
        drop(stdin);
        let status = child.wait().with_context(|| self.failed_to("wait for"))?;
        self.check(status, &Tail::of_file(stderr)?)?;
        result
    }

    /// Starts with the given stdio and returns the child, for machines that run beside us.
    pub fn spawn(&self, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Result<Child> {
        self.start(self.command().stdin(stdin).stdout(stdout).stderr(stderr))
    }

    /// Runs on the user's own terminal and returns how it ended.
    pub fn interactive(&self) -> Result<ExitStatus> {
        let mut child = self.spawn(Stdio::inherit(), Stdio::inherit(), Stdio::inherit())?;
        child.wait().with_context(|| self.failed_to("wait for"))
    }

    /// Fails with the name of the package to install if the program is not in `PATH`.
    pub fn require(program: &str) -> Result<()> {
        if find(program).is_some() { Ok(()) } else { Err(missing(OsStr::new(program)).into()) }
    }

    fn run_logged(&self, log: &Path) -> Result<()> {
        let mut file = fs_err::OpenOptions::new().create(true).append(true).read(true).open(log)?;
        let sink = file.file().try_clone()?;
        let mut command = self.command();
        let mut child = self.start(command.stdin(Stdio::null()).stdout(sink.try_clone()?).stderr(sink))?;
        let status = child.wait().with_context(|| self.failed_to("wait for"))?;
        let checked = self.check(status, &Tail::of_file(file.file_mut())?);
        checked.with_context(|| format!("the whole log is `{}`", log.display()))
    }

    #[allow(clippy::disallowed_methods)] // the one place
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(&self.environment);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }

    fn start(&self, command: &mut Command) -> Result<Child> {
        command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound if find(&self.program).is_none() => missing(&self.program).into(),
            _ => anyhow::Error::from(error).context(self.failed_to("start")),
        })
    }

    fn check(&self, status: ExitStatus, tail: &Tail) -> Result<()> {
        if status.success() {
            return Ok(());
        }
        let fault = Fault::child(format!("`{}` failed: {status}{tail}", self.name()));
        Err(if tail.contains(FULL_DISK) { fault.hint(FULL_DISK_HINT) } else { fault }.into())
    }

    fn failed_to(&self, what: &str) -> String {
        format!("failed to {what} `{}`", self.name())
    }

    fn name(&self) -> String {
        Path::new(&self.program).file_name().unwrap_or(&self.program).to_string_lossy().into_owned()
    }
}

fn missing(program: &OsStr) -> Fault {
    let program = program.to_string_lossy();
    Fault::new(Kind::MissingTool, format!("`{program}` is not installed on this machine"))
        .hint(format!("apt-get install {}", package::of(&program)))
}

/// Where `program` is found: itself if it has a slash, else the first match in `PATH`.
pub fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let program = Path::new(program.as_ref());
    if program.components().count() > 1 {
        return program.exists().then(|| program.to_owned());
    }
    let path = environment::variable("PATH")?;
    path.split(':').map(|dir| Path::new(dir).join(program)).find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests;
