//! The agent's command line: two verbs, so no parser from a crate.

use super::configuration::{self, NodeConfiguration, Role};
use super::host::{Host, RealHost};
use super::machine::{End, Machine};
use super::status::{State, Status, store};
use super::{console, manual, show};
use crate::error::Fault;
use crate::{Result, environment, report};
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "\
Brings this host from its first boot into its Kubernetes cluster.

Usage: imgbuild-node run
       imgbuild-node status [--wait] [--format text|json]

  run        what imgbuild-node.service does
  status     where this host stands
    --wait             return when it is done (exit code 0) or has failed for good (exit code 3)
    --format FORMAT    for people (text) or for programs (json)
  --version
  --help
";

/// What trying again cannot mend; the unit is not started again then.
const FAILED: u8 = 3;
/// How often a control plane that is done looks whether a manifest has been edited.
const LOOK_FOR_NEWS: Duration = Duration::from_secs(30);
/// How often `status --wait` looks.
const LOOK: Duration = Duration::from_secs(1);

/// Runs the verb of the command line; returns the process's exit code.
pub fn main() -> ExitCode {
    let arguments = environment::arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            report::error(&error);
            ExitCode::from(crate::error::exit_code(&error))
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<ExitCode> {
    match arguments {
        ["run"] => run(),
        ["status", options @ ..] => status(options),
        ["--version" | "-V"] => Ok(print(concat!("imgbuild-node ", env!("CARGO_PKG_VERSION"), "\n"))),
        ["--help" | "-h" | "help"] => Ok(print(USAGE)),
        _ => Err(nonsense(arguments).into()),
    }
}

fn nonsense(arguments: &[&str]) -> Fault {
    Fault::usage(format!("`{}` makes no sense", arguments.join(" "))).hint("see `imgbuild-node --help`")
}

fn print(text: &str) -> ExitCode {
    report::data(text);
    ExitCode::SUCCESS
}

fn run() -> Result<ExitCode> {
    let configuration = NodeConfiguration::parse(&fs_err::read(configuration::PATH)?)?;
    let host = RealHost::new(Some(configuration.clone()));
    let end = Machine::new(&host, &configuration).run();
    if end == End::Done && configuration.role != Role::Worker {
        return Ok(stay(&host, &configuration));
    }
    match end {
        End::Failed => Ok(ExitCode::from(FAILED)),
        End::Manual => {
            for command in manual::commands(&configuration) {
                console::say(&format!("  {command}"));
            }
            Ok(ExitCode::SUCCESS)
        }
        End::Done => Ok(ExitCode::SUCCESS),
    }
}

/// For ever: approves certificates, and applies again what a person has edited.
fn stay(host: &RealHost, configuration: &NodeConfiguration) -> ExitCode {
    host.start_approver();
    loop {
        host.sleep(LOOK_FOR_NEWS);
        let machine = Machine::new(host, configuration);
        if machine.has_news() && machine.run() == End::Failed {
            return ExitCode::from(FAILED);
        }
    }
}

fn status(options: &[&str]) -> Result<ExitCode> {
    let mut wait = false;
    let mut json = false;
    let mut rest = options;
    while let Some((first, after)) = rest.split_first() {
        (wait, json, rest) = match (*first, after) {
            ("--wait", after) => (true, json, after),
            ("--format", ["text", after @ ..]) | ("--format=text", after) => (wait, false, after),
            ("--format", ["json", after @ ..]) | ("--format=json", after) => (wait, true, after),
            _ => return Err(nonsense(options).into()),
        };
    }
    // root alone may read it, everybody may ask
    let bytes = fs_err::read(configuration::PATH).ok();
    let configuration = bytes.map(|bytes| NodeConfiguration::parse(&bytes)).transpose()?;
    let host = RealHost::new(None);
    let status = if wait { Some(until_end(&host)) } else { store::load(&host) };
    let Some(status) = status else {
        let fault = Fault::unavailable("this host has done nothing yet");
        return Err(fault.hint("see `systemctl status imgbuild-node`").into());
    };
    report::data(if json {
        serde_json::to_string_pretty(&status)? + "\n"
    } else {
        show::text(&status, configuration.as_ref(), host.now().uptime_ms)
    });
    Ok(if status.state == State::Failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

fn until_end(host: &RealHost) -> Status {
    loop {
        let status = store::load(host);
        let ended = |status: &Status| matches!(status.state, State::Done | State::Failed | State::Manual);
        if let Some(status) = status.filter(ended) {
            return status;
        }
        host.sleep(LOOK);
    }
}
