//! Secrets must not slip into a git repository.

use crate::Result;
use crate::document::place::directory_of;
use crate::error::Fault;
use crate::process::Tool;
use std::path::Path;
use std::process::Stdio;

/// Refuses `path`, which is to hold readable secrets, if git would take it up with `git add`.
pub fn check(path: &Path) -> Result<()> {
    let path = std::path::absolute(path)?;
    let Some(work_tree) = path.ancestors().skip(1).find(|folder| folder.join(".git").exists()) else {
        return Ok(());
    };
    if is_ignored(&path, work_tree)? {
        return Ok(());
    }
    let message = format!("`{}` would be in the git repository `{}`", path.display(), work_tree.display());
    let below = directory_of(&path).strip_prefix(work_tree).unwrap_or(Path::new(""));
    let rule = if below.as_os_str().is_empty() { path.file_name().map_or(below, Path::new) } else { below };
    let hint = format!(
        "add `/{}` to `.gitignore`, name another place by `--secrets`, or a `.age` file",
        rule.display()
    );
    Err(Fault::input(message).hint(hint).into())
}

fn is_ignored(path: &Path, work_tree: &Path) -> Result<bool> {
    // the repository may belong to somebody else, as in containers and with sudo
    let tool = Tool::new("git").args(["-c", "safe.directory=*", "check-ignore", "--quiet", "--"]).arg(path);
    let mut child = tool.directory(work_tree).spawn(Stdio::null(), Stdio::null(), Stdio::null())?;
    Ok(child.wait()?.success())
}
