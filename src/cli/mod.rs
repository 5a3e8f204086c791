//! The command line: one file per verb, each with its arguments and a `run`.

mod attest;
mod audit;
#[cfg(feature = "aws")]
mod aws;
mod bake;
mod baked;
mod boot;
mod box_;
mod check;
mod cloud_init;
mod cluster;
mod definition_file;
mod fetch;
mod format;
mod image;
mod image_record;
mod inspect;
mod lock;
mod options;
mod outputs;
mod plan;
mod schema;
mod timeline;
mod verify;
#[cfg(not(feature = "aws"))]
mod without_aws;

use crate::environment;
use crate::error::{self, Kind};
use crate::report;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// Bakes reproducible Kubernetes VM images.
///
/// Exit codes: 0 done · 1 input/output error · 2 wrong usage · 3 unacceptable input · 4 lock missing or stale ·
/// 5 wrong digest or signature · 6 host tool missing · 7 not available (network, --offline) · 8 child failed ·
/// 9 `audit` found known vulnerabilities
#[derive(Parser)]
#[command(name = "imgbuild", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    options: options::Options,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Bake(bake::Args),
    Plan(plan::Args),
    Lock(lock::Args),
    Fetch(fetch::Args),
    Verify(verify::Args),
    Attest(attest::Args),
    Audit(audit::Args),
    Inspect(inspect::Args),
    Check(check::Args),
    CloudInit(cloud_init::Args),
    Boot(boot::Args),
    Box(box_::Args),
    Timeline(timeline::Args),
    #[cfg(feature = "aws")]
    Aws(aws::Args),
    #[cfg(not(feature = "aws"))]
    #[command(hide = true, disable_help_flag = true)]
    Aws(without_aws::Args),
    Schema(schema::Args),
}

/// Parses the arguments, runs the verb, prints its error; returns the documented exit code.
pub fn main() -> ExitCode {
    let cli = parse();
    let context = cli.options.context();
    let result = match &cli.verb {
        Verb::Bake(args) => args.run(&context),
        Verb::Plan(args) => args.run(&context),
        Verb::Lock(args) => args.run(&context),
        Verb::Fetch(args) => args.run(&context),
        Verb::Verify(args) => args.run(&context),
        Verb::Attest(args) => args.run(&context),
        Verb::Audit(args) => args.run(&context),
        Verb::Inspect(args) => args.run(&context),
        Verb::Check(args) => args.run(&context),
        Verb::CloudInit(args) => args.run(&context),
        Verb::Boot(args) => args.run(&context),
        Verb::Box(args) => args.run(&context),
        Verb::Timeline(args) => args.run(&context),
        #[cfg(feature = "aws")]
        Verb::Aws(args) => args.run(&context),
        #[cfg(not(feature = "aws"))]
        Verb::Aws(_) => Err(without_aws::fault().into()),
        Verb::Schema(args) => args.run(&context),
    };
    match result.and_then(|()| report::delivered()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(exit_code(&error))
        }
    }
}

/// The arguments, or the end of the program with help or with what is wrong in them.
fn parse() -> Cli {
    let matches = grammar().get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// A variable that is set to nothing counts as not set, as everywhere else.
fn grammar() -> clap::Command {
    Cli::command().mut_args(|argument| {
        let blank = argument.get_env().is_some_and(environment::is_blank);
        if blank { argument.env(None::<&'static str>) } else { argument }
    })
}

/// A file that is damaged, or no text where text should be, is unacceptable whoever comes upon it.
fn exit_code(error: &anyhow::Error) -> u8 {
    match error::fault(error) {
        None if error::is_damaged(error) => Kind::Input.exit_code(),
        _ => error::exit_code(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        grammar().debug_assert();
    }

    #[test]
    fn a_file_that_is_no_text_is_unacceptable_input() {
        let no_text = std::io::Error::new(std::io::ErrorKind::InvalidData, "no UTF-8");
        assert_eq!(exit_code(&anyhow::Error::from(no_text).context("reading a definition")), 3);
        assert_eq!(exit_code(&std::io::Error::from(std::io::ErrorKind::NotFound).into()), 1);
        assert_eq!(exit_code(&error::Fault::stale("no lock").into()), 4);
    }
}
