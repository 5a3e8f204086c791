//! Sends a large file to the disk while it is being written, so that whoever syncs it at the end has little to
//! wait for: mke2fs syncs a root file system of more than a gigabyte at once, with both processors idle.

use crate::parallel;
use fs_err::File;
use std::path::Path;
use std::time::Duration;

/// Between two syncs; a disk writes a few hundred megabytes meanwhile.
const PAUSE: Duration = Duration::from_millis(250);

/// Runs `write`, which fills the file at `path`. Only speed hangs on the syncs: their errors are those of the
/// writer's own sync too.
pub fn during<T>(path: &Path, write: impl FnOnce() -> T) -> T {
    let file = File::open(path).ok();
    let sync = || drop(file.as_ref().map(File::sync_data));
    parallel::now_and_then(PAUSE, sync, write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_that_of_the_writer_with_or_without_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert_eq!(during(&path, || 7), 7);
        let write = || {
            std::thread::sleep(PAUSE);
            fs_err::write(&path, "x").map_err(|error| error.kind())
        };
        assert_eq!(during(&path, write), Ok(()));
    }
}
