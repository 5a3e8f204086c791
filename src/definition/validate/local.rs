//! Files beside the definition.

use super::{Result, Scope, paths};
use crate::document::{self, place::Place};
use crate::error::Fault;
use std::path::{Component, Path, PathBuf};

/// The absolute path of the regular file that `text` names, relative to the file that says so. It must lie
/// inside the project, so that a definition means the same wherever the project is.
pub fn file(text: &str, at: &Place, scope: &Scope) -> Result<PathBuf> {
    let outside = |path: &Path| {
        let message = format!("`{}` is outside of `{}`", path.display(), scope.project().display());
        at.fault(message).hint("copy it into the project")
    };
    let relative = paths::link_target(text).is_ok() && Path::new(text).is_relative();
    if !relative {
        return Err(at
            .fault(format!("`{}` is no relative path", text.escape_debug()))
            .hint("write a path relative to this file"));
    }
    let path = lexical(&document::absolute(at.directory()).join(text));
    if !path.starts_with(scope.project()) {
        return Err(outside(&path));
    }
    let real = fs_err::canonicalize(&path).map_err(|error| missing(&error, at))?;
    match real.is_file() {
        true if real.starts_with(scope.project()) => Ok(path),
        true => Err(outside(&real)),
        false => Err(at.fault(format!("`{}` is no regular file", path.display())).hint("name a file")),
    }
}

fn missing(error: &std::io::Error, at: &Place) -> Fault {
    at.fault(error).hint("the path is relative to the file that names it")
}

/// `path` with `.` and `..` worked out.
fn lexical(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut clean, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(clean.pop()),
            other => clean.push(other),
        }
        clean
    })
}
