//! The operator's command: parses arguments and hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    imgbuild::cli::main()
}
