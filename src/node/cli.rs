//! The agent's command line: two verbs, so no parser from a crate.

use super::configuration::{self, NodeConfiguration};
use super::console;
use crate::error::Fault;
use crate::{Result, atomic, environment, report};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Brings this host from its first boot into its Kubernetes cluster.

Usage: imgbuild-node run
       imgbuild-node status [--wait] [--format text|json]

  run        what imgbuild-node.service does
  status     where this host stands
    --wait             return when it is done, or has failed (exit code 1)
    --format FORMAT    for people (text) or for programs (json)
  --version
  --help
";

/// Runs the verb of the command line; returns the process's exit code.
pub fn main() -> ExitCode {
    match run(&environment::arguments()) {
        Ok(code) => code,
        Err(error) => {
            report::error(&error);
            ExitCode::from(crate::error::exit_code(&error))
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run"] => {
            let configuration = read_configuration(Path::new(configuration::PATH))?;
            console::say(&format!("{}: started", configuration.name));
            atomic::write(Path::new(configuration::STATUS), "{}")?;
            Ok(ExitCode::SUCCESS)
        }
        ["--version" | "-V"] => print(concat!("imgbuild-node ", env!("CARGO_PKG_VERSION"), "\n")),
        ["--help" | "-h" | "help"] => print(USAGE),
        _ => Err(Fault::usage("these arguments make no sense").hint("see `imgbuild-node --help`").into()),
    }
}

fn print(text: &str) -> Result<ExitCode> {
    report::data(text);
    Ok(ExitCode::SUCCESS)
}

fn read_configuration(path: &Path) -> Result<NodeConfiguration> {
    Ok(serde_json::from_slice(&fs_err::read(path)?)?)
}
