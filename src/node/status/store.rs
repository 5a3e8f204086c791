//! Where the status is kept: on the disk, so that it outlives a power cut, and in memory, so that there is
//! something to read even if the disk is full. A machine of `imgbuild boot` also hears of it.

use super::{PORT, Status};
use crate::node::configuration::STATUS;
use crate::node::host::Host;
use crate::{Result, atomic, error};
use anyhow::Context as _;
use fs_err::os::unix::fs::OpenOptionsExt as _;
use rustix::fs::OFlags;
use std::io::Write as _;
use std::path::Path;

/// The copy in memory; gone with a reboot.
pub const VOLATILE: &str = "/run/imgbuild/status.json";
/// A file that is worth nothing, and is given up for the status if the disk is full.
const BALLAST: &str = "/var/lib/imgbuild/ballast";
const BALLAST_BYTES: usize = 64 * 1024;

/// The newest status that can be read; `None` if the host has done nothing yet.
pub fn load(host: &impl Host) -> Option<Status> {
    let copies = [STATUS, VOLATILE].into_iter().filter_map(|path| read(&host.path(path)).ok());
    copies.max_by_key(|status| status.revision)
}

/// Reads one copy.
pub fn read(path: &Path) -> Result<Status> {
    let bytes = fs_err::read(path)?;
    serde_json::from_slice(&bytes).with_context(|| format!("reading `{}`", path.display()))
}

/// Writes both copies; the one on the disk is there for good once this returns, whatever became of the other.
pub fn save(host: &impl Host, status: &Status) -> Result<()> {
    let json = serde_json::to_vec_pretty(status)?;
    let volatile = save_volatile(host, status);
    tell_machine(host, status);
    let path = host.path(STATUS);
    with_ballast(&host.path(BALLAST), || atomic::write(&path, &json))?;
    volatile
}

/// Writes the copy in memory alone, for what changes every second.
pub fn save_volatile(host: &impl Host, status: &Status) -> Result<()> {
    atomic::write(&host.path(VOLATILE), serde_json::to_vec_pretty(status)?)
}

/// Calls `write`, and once more without the ballast if the disk is full.
fn with_ballast(ballast: &Path, write: impl Fn() -> Result<()>) -> Result<()> {
    match write() {
        Err(error) if error::is_full(&error) && fs_err::remove_file(ballast).is_ok() => write(),
        Ok(()) => {
            keep_ballast(ballast);
            Ok(())
        }
        failed => failed,
    }
}

/// A disk that is too full for it will not be saved by it either.
fn keep_ballast(path: &Path) {
    if !path.exists() && fs_err::write(path, vec![0xff; BALLAST_BYTES]).is_err() {
        let _ = fs_err::remove_file(path);
    }
}

/// One line to the port of the machine, if it has one. Without waiting: nobody may be there to read. Only one program
/// may have the port open, and the copies are what counts, so that this fails is no failure.
fn tell_machine(host: &impl Host, status: &Status) {
    let port = host.path(&format!("/dev/virtio-ports/{PORT}"));
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let opened = fs_err::OpenOptions::new().write(true).custom_flags(flags).open(port);
    if let (Ok(mut port), Ok(json)) = (opened, serde_json::to_string(status)) {
        // the first line feed ends what a power cut may have left
        let _ = port.write_all(format!("\n{json}\n").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::configuration::Role;
    use crate::node::machine::Machine;
    use crate::node::tests::fake::FakeHost;
    use std::cell::Cell;
    use std::io;

    #[test]
    fn the_disk_gets_its_copy_whatever_becomes_of_the_rest() {
        let (host, configuration) = FakeHost::of(Role::Worker);
        // nobody can write to a folder
        for path in [VOLATILE, &format!("/dev/virtio-ports/{PORT}")] {
            fs_err::create_dir_all(host.path(path)).unwrap();
        }
        let status = Machine::new(&host, &configuration).status().clone();
        assert!(save(&host, &status).is_err());
        assert_eq!(read(&host.path(STATUS)).unwrap(), status);
        fs_err::remove_dir(host.path(VOLATILE)).unwrap();
        save(&host, &status).unwrap();
    }

    #[test]
    fn the_ballast_goes_once_and_then_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let ballast = folder.path().join("ballast");
        let full = || -> Result<()> { Err(io::Error::from(io::ErrorKind::StorageFull).into()) };
        with_ballast(&ballast, || Ok(())).unwrap();
        let tries = Cell::new(0);
        let second = || {
            tries.set(tries.get() + 1);
            if tries.get() == 1 { full() } else { Ok(()) }
        };
        with_ballast(&ballast, second).unwrap();
        assert!(!ballast.exists());
        assert!(error::is_full(&with_ballast(&ballast, full).unwrap_err()));
    }
}
