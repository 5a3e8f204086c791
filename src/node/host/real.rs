//! The host itself.

use super::{Command, Host, Input, Told};
use crate::node::configuration::NodeConfiguration;
use crate::node::reason::redact;
use crate::node::status::Moment;
use crate::node::{approver, console};
use crate::process::{Tool, spooled};
use crate::{Result, environment, parallel, report};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Once;
use std::time::Duration;

/// How much of what a loud program says is kept for the reason of its failure.
const KEPT: usize = 16 * 1024;
/// How long a host takes to answer at most.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a program that ignores the polite signal lives.
const GRACE: &str = "--kill-after=10";
/// How often everything is made durable while a program runs that asks for it.
const SYNC_EVERY: Duration = Duration::from_millis(500);

/// The machine that this process runs on.
pub struct RealHost {
    configuration: Option<NodeConfiguration>,
    approver: Once,
}

impl RealHost {
    /// With the configuration for what runs beside the steps; without one nothing does.
    pub fn new(configuration: Option<NodeConfiguration>) -> Self {
        Self { configuration, approver: Once::new() }
    }
}

impl Host for RealHost {
    fn path(&self, absolute: &str) -> PathBuf {
        absolute.into()
    }

    fn run(&self, command: &Command) -> Result<Told> {
        let tool = tool(command);
        let run = || if command.loud { loud(&tool) } else { quiet(&tool, &command.input) };
        if command.synced { parallel::now_and_then(SYNC_EVERY, rustix::fs::sync, run) } else { run() }
    }

    fn run_all(&self, commands: &[Command]) -> Vec<Result<Told>> {
        let groups = commands.chunks(environment::processors());
        let run = |group: &[Command]| {
            std::thread::scope(|scope| {
                let threads: Vec<_> =
                    group.iter().map(|command| scope.spawn(move || self.run(command))).collect();
                let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
                joined.map(|told| told.unwrap_or_else(|_| anyhow::bail!("a thread panicked"))).collect()
            })
        };
        groups.flat_map(|group| -> Vec<Result<Told>> { run(group) }).collect()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn now(&self) -> Moment {
        let uptime_ms = u64::try_from(environment::uptime().as_millis()).unwrap_or(u64::MAX);
        Moment { wall: environment::wall_clock(), uptime_ms }
    }

    fn boot_id(&self) -> String {
        kernel("random/boot_id")
    }

    fn hostname(&self) -> String {
        kernel("hostname")
    }

    fn listens(&self, absolute: &str) -> bool {
        std::os::unix::net::UnixStream::connect(absolute).is_ok()
    }

    fn connect(&self, address: SocketAddr) -> std::io::Result<()> {
        TcpStream::connect_timeout(&address, CONNECT_LIMIT).map(drop)
    }

    fn random(&self) -> u64 {
        // only jitter hangs on it
        environment::random().unwrap_or_default()
    }

    fn say(&self, text: &str) {
        console::say(text);
    }

    fn sync(&self) {
        rustix::fs::sync();
    }

    fn start_approver(&self) {
        if let Some(configuration) = self.configuration.clone() {
            self.approver.call_once(|| {
                std::thread::spawn(move || approver::run(&configuration));
            });
        }
    }
}

fn kernel(name: &str) -> String {
    let text = fs_err::read_to_string(Path::new("/proc/sys/kernel").join(name));
    text.unwrap_or_default().trim().to_owned()
}

/// coreutils' `timeout` ends what does not end by itself, with all its children.
fn tool(command: &Command) -> Tool {
    let limit = command.limit.as_secs().to_string();
    Tool::on_host("timeout").args([GRACE, &limit]).args(&command.argv)
}

fn quiet(tool: &Tool, input: &Input) -> Result<Told> {
    let stdin = match input {
        Input::Nothing => Stdio::null(),
        Input::Bytes(bytes) => spooled(bytes)?,
        Input::File(path) => fs_err::File::open(path)?.into_file().into(),
    };
    let told = tool.tell(stdin)?;
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    Ok(Told { code: told.status.code().unwrap_or(-1), stdout: told.stdout, said })
}

fn loud(tool: &Tool) -> Result<Told> {
    let mut said = String::new();
    let status = tool.follow(&mut |line| {
        report::line(&redact(line));
        said.push_str(line);
        said.push('\n');
        if said.len() > 2 * KEPT {
            said.drain(..cut(&said));
        }
    })?;
    Ok(Told { code: status.code().unwrap_or(-1), stdout: Vec::new(), said })
}

/// Where the last of [`KEPT`] bytes begin, or the first character after it.
fn cut(said: &str) -> usize {
    (said.len() - KEPT..said.len()).find(|index| said.is_char_boundary(*index)).unwrap_or_default()
}
