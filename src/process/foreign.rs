//! Other people's programs that tests check imgbuild against. A check that does not run proves nothing, so
//! a program that is missing fails its tests.

use super::{Tool, find, package};
use std::path::PathBuf;

/// Where Debian keeps what ordinary users do not have in `PATH`.
const FURTHER: [&str; 2] = ["/usr/sbin", "/sbin"];

/// `program`, wherever it is installed; panics with the package to install if it is nowhere.
#[track_caller]
pub fn foreign(program: &str) -> Tool {
    let further = FURTHER.map(|folder| PathBuf::from(folder).join(program));
    let path = find(program).or_else(|| further.into_iter().find(|path| path.is_file()));
    Tool::new(
        path.unwrap_or_else(|| {
            panic!("this test needs `{program}`: apt-get install {}", package::of(program))
        }),
    )
}
