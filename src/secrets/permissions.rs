//! Who may read the file.

use crate::error::Fault;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Refuses a file that others than its owner may read or write.
pub fn check(path: &Path) -> crate::Result<()> {
    let mode = fs_err::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message =
            format!("`{}` has mode {mode:04o}, so others may have read these secrets", path.display());
        return Err(Fault::input(message).hint(format!("chmod 600 {}", path.display())).into());
    }
    Ok(())
}
