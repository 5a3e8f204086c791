//! The on-host agent: parses arguments and hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    imgbuild::node::cli::main()
}
