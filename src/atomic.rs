//! Files and directories that appear whole or not at all: written aside, synced, renamed.

use crate::Result;
use anyhow::Context as _;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes `bytes` to `path`, replacing what is there.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    write_with(path, |file| Ok(file.write_all(bytes.as_ref())?))
}

/// Like [`write()`], with permission bits, which the file has from its first byte on.
pub fn write_with_mode(path: &Path, mode: u32, bytes: impl AsRef<[u8]>) -> Result<()> {
    create(path, mode, |file| {
        // the umask may have taken bits away
        file.set_permissions(PermissionsExt::from_mode(mode))?;
        Ok(file.write_all(bytes.as_ref())?)
    })
}

/// Writes `bytes` to `path`, readable by the owner alone, if there is nothing yet; else leaves it alone and returns
/// false. Of several runs at once, one succeeds.
pub fn write_new_secret(path: &Path, bytes: impl AsRef<[u8]>) -> Result<bool> {
    let parent = parent(path);
    fs_err::create_dir_all(parent)?;
    let mut made = aside(parent, 0o600)?;
    made.write_all(bytes.as_ref()).with_context(|| format!("writing `{}`", path.display()))?;
    made.as_file().sync_all()?;
    match made.persist_noclobber(path) {
        Ok(_) => sync_directory(parent).map(|()| true),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("renaming to `{}`", path.display())),
    }
}

/// Creates `path` from what `fill` writes; on any error `path` is as it was before.
pub fn write_with(path: &Path, fill: impl FnOnce(&mut fs_err::File) -> Result<()>) -> Result<()> {
    create(path, 0o644, fill)
}

fn create(path: &Path, mode: u32, fill: impl FnOnce(&mut fs_err::File) -> Result<()>) -> Result<()> {
    let parent = parent(path);
    fs_err::create_dir_all(parent)?;
    let (inner, temporary) = aside(parent, mode)?.into_parts();
    let mut out = fs_err::File::from_parts(inner, path);
    fill(&mut out)?;
    out.sync_all()?;
    temporary.persist(path).with_context(|| format!("renaming to `{}`", path.display()))?;
    sync_directory(parent)
}

/// Writes `bytes` to `path` with permission bits `mode`, whole or not at all, but without waiting for the disk:
/// for thousands of files that can be made again. What is there already is left alone if it is the same.
pub fn replace(path: &Path, mode: u32, bytes: &[u8]) -> Result<()> {
    if is_same(path, mode, bytes) {
        return Ok(());
    }
    let temporary = aside(parent(path), mode)?;
    temporary.as_file().write_all(bytes).with_context(|| format!("writing `{}`", path.display()))?;
    temporary.as_file().set_permissions(PermissionsExt::from_mode(mode))?; // whatever the umask
    temporary.persist(path).with_context(|| format!("renaming to `{}`", path.display()))?;
    Ok(())
}

/// An empty file in `folder` that goes away unless it is given its name; the umask may take bits of `mode` away.
fn aside(folder: &Path, mode: u32) -> Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".imgbuild-")
        .permissions(PermissionsExt::from_mode(mode))
        .tempfile_in(folder)
        .with_context(|| format!("creating a file in `{}`", folder.display()))
}

fn is_same(path: &Path, mode: u32, bytes: &[u8]) -> bool {
    let kept = fs_err::symlink_metadata(path).is_ok_and(|metadata| {
        metadata.is_file()
            && metadata.permissions().mode() & 0o7777 == mode
            && metadata.len() == bytes.len() as u64
    });
    kept && fs_err::read(path).is_ok_and(|old| old == bytes)
}

/// Renames the file or directory `from` to `to` (same file system) and makes the rename durable.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs_err::rename(from, to)?;
    sync_directory(parent(to))
}

/// Makes renames and removals in `directory` durable.
pub fn sync_directory(directory: &Path) -> Result<()> {
    Ok(fs_err::File::open(directory)?.sync_all()?)
}

/// The folder that `path` is in; the current one for a name alone.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_has_its_mode_whatever_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        write(&path, "same").unwrap();
        replace(&path, 0o600, b"same").unwrap();
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        replace(&path, 0o600, b"other").unwrap();
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "other");
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        write(&path, "old").unwrap();
        let failed = write_with(&path, |file| {
            file.write_all(b"half")?;
            anyhow::bail!("interrupted")
        });
        assert!(failed.is_err());
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 1);
    }
}
