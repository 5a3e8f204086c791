//! `imgbuild aws` where imgbuild was built without it: a word to whoever has read of it elsewhere.

use crate::error::Fault;
use clap::Args as ClapArgs;
use std::ffi::OsString;

/// Make AMIs of images, and remove them: not in this program
#[derive(ClapArgs)]
pub struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    #[allow(dead_code)] // taken, so that the error is not about them
    arguments: Vec<OsString>,
}

/// What to say to any of its verbs.
pub fn fault() -> Fault {
    Fault::usage("this imgbuild was built without AWS")
        .hint("build one that has it: `make build FEATURES=aws`")
}
