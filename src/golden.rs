//! Files of this repository that hold what imgbuild renders, so that any change of it shows in review.
//! `UPDATE_GOLDEN=1 cargo test --lib` writes them anew.

use crate::{atomic, environment};
use std::path::Path;

/// Asserts that the file `name` of this repository has `text`.
#[track_caller]
pub fn assert_kept(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if environment::variable("UPDATE_GOLDEN").is_some() {
        atomic::write(&path, text).unwrap();
    }
    let kept = fs_err::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "`{name}` differs: see `UPDATE_GOLDEN=1 cargo test --lib` and `git diff`");
}
