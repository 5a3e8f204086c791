//! Files and folders that one run has to itself, through `flock`: the kernel drops the lock when its owner
//! dies, so a killed run blocks nobody.

use crate::Result;
use anyhow::Context as _;
use fs_err::File;
use std::fs::TryLockError;
use std::path::Path;

/// The file at `path`, made if it is not there, locked until it is closed; `waiting` is told before a wait.
pub fn open(path: &Path, waiting: impl FnOnce()) -> Result<File> {
    let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?;
    lock(&file, waiting)?;
    Ok(file)
}

/// Locks `file` until it is closed; `waiting` is told before a wait for another run.
pub fn lock(file: &File, waiting: impl FnOnce()) -> Result<()> {
    if !try_lock(file)? {
        waiting();
        file.file().lock().with_context(|| format!("locking `{}`", file.path().display()))?;
    }
    Ok(())
}

/// Locks `file` until it is closed; `false` if another run has it.
pub fn try_lock(file: &File) -> Result<bool> {
    match file.file().try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("locking `{}`", file.path().display()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn whoever_must_wait_says_so_and_whoever_need_not_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let open = || File::open(dir.path()).unwrap();
        let (first, second) = (open(), open());
        lock(&first, || panic!("nobody else has it")).unwrap();
        assert!(!try_lock(&second).unwrap());
        let (told, waits) = channel();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| lock(&second, move || told.send(()).unwrap()));
            waits.recv_timeout(Duration::from_secs(20)).unwrap();
            drop(first);
            waiter.join().unwrap().unwrap();
        });
        assert!(!try_lock(&open()).unwrap());
    }
}
