//! A file that is being filled, owned by one run through `flock`.
//!
//! The file is renamed or removed while it is locked; whoever waited for it then holds a lock on a file
//! without that name, which is why the name is looked up again after locking.

use crate::Result;
use crate::atomic;
use crate::exclusive::{lock, try_lock};
use fs_err::File;
use std::io::{Seek as _, SeekFrom};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The locked file. Dropping it keeps what was written, for the next try; an empty one is removed.
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    published: bool,
}

impl Partial {
    /// Opens or creates the file at `path` and locks it; `waiting` is told before a wait.
    pub fn acquire(path: &Path, waiting: impl Fn()) -> Result<Self> {
        loop {
            let file = open(path)?;
            lock(&file, &waiting)?;
            if is_named(&file, path)? {
                return Ok(Self { file, path: path.to_owned(), published: false });
            }
        }
    }

    /// Like [`Partial::acquire`], but `None` if someone else has it.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        let ours = try_lock(&file)? && is_named(&file, path)?;
        Ok(ours.then(|| Self { file, path: path.to_owned(), published: false }))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn file_mut(&mut self) -> &mut File {
        &mut self.file
    }

    pub fn length(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Throws away what is there.
    pub fn restart(&mut self) -> Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        Ok(())
    }

    /// Goes to the end, to write on.
    pub fn append(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Syncs the content and renames the file to `to`, read-only.
    pub fn publish(mut self, to: &Path) -> Result<()> {
        self.file.sync_all()?;
        if let Some(parent) = to.parent() {
            fs_err::create_dir_all(parent)?;
        }
        atomic::rename(&self.path, to)?;
        self.published = true;
        // After the rename: a read-only partial file could not be opened again by the next try.
        Ok(self.file.set_permissions(std::fs::Permissions::from_mode(0o444))?)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published && self.length().is_ok_and(|length| length == 0) {
            // An empty file that stays is no harm.
            let _ = fs_err::remove_file(&self.path);
        }
    }
}

fn open(path: &Path) -> Result<File> {
    Ok(fs_err::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?)
}

/// Whether `path` still names the open `file`.
fn is_named(file: &File, path: &Path) -> Result<bool> {
    let held = file.metadata()?;
    let named = fs_err::metadata(path);
    Ok(named.is_ok_and(|named| (named.dev(), named.ino()) == (held.dev(), held.ino())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_second_owner_is_refused_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p");
        let first = Partial::try_acquire(&path).unwrap().unwrap();
        assert!(Partial::try_acquire(&path).unwrap().is_none());
        drop(first);
        assert!(Partial::try_acquire(&path).unwrap().is_some());
    }

    #[test]
    fn whoever_waited_for_a_published_file_gets_a_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let (path, blob) = (dir.path().join("p"), dir.path().join("ab/blob"));
        let mut first = Partial::acquire(&path, || ()).unwrap();
        first.file_mut().write_all(b"done").unwrap();
        let (told, waits) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| Partial::acquire(&path, move || told.send(()).unwrap()).unwrap());
            waits.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
            first.publish(&blob).unwrap();
            assert_eq!(waiter.join().unwrap().length().unwrap(), 0);
        });
        assert_eq!(fs_err::read(&blob).unwrap(), b"done");
        assert_eq!(fs_err::metadata(&blob).unwrap().mode() & 0o7777, 0o444);
    }

    #[test]
    fn what_was_written_stays_and_what_is_empty_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p");
        drop(Partial::acquire(&path, || ()).unwrap());
        assert!(!path.exists());
        Partial::acquire(&path, || ()).unwrap().file_mut().write_all(b"half").unwrap();
        assert_eq!(Partial::acquire(&path, || ()).unwrap().length().unwrap(), 4);
    }
}
