//! Where the status is kept: on the disk, so that it outlives a power cut, and in memory, so that there is
//! something to read even if the disk is full. A machine of `imgbuild boot` also hears of it.

use super::{PORT, Status};
use crate::node::configuration::STATUS;
use crate::node::host::Host;
use crate::{Result, atomic};
use anyhow::Context as _;
use fs_err::os::unix::fs::OpenOptionsExt as _;
use rustix::fs::OFlags;
use std::io::{ErrorKind, Write as _};
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

/// Writes both copies; the one on the disk is there for good once this returns.
pub fn save(host: &impl Host, status: &Status) -> Result<()> {
    let json = serde_json::to_vec_pretty(status)?;
    save_volatile(host, status)?;
    tell_machine(host, status)?;
    let path = host.path(STATUS);
    match atomic::write(&path, &json) {
        Err(error) if is_full(&error) => {
            fs_err::remove_file(host.path(BALLAST))?;
            atomic::write(&path, &json)
        }
        Err(error) => Err(error),
        Ok(()) => {
            keep_ballast(&host.path(BALLAST));
            Ok(())
        }
    }
}

/// Writes the copy in memory alone, for what changes every second.
pub fn save_volatile(host: &impl Host, status: &Status) -> Result<()> {
    atomic::write(&host.path(VOLATILE), serde_json::to_vec_pretty(status)?)
}

/// A disk that is too full for it will not be saved by it either.
fn keep_ballast(path: &Path) {
    if !path.exists() && fs_err::write(path, vec![0xff; BALLAST_BYTES]).is_err() {
        let _ = fs_err::remove_file(path);
    }
}

/// One line to the port of the machine, if it has one. Without waiting: nobody may be there to read.
fn tell_machine(host: &impl Host, status: &Status) -> Result<()> {
    let port = host.path(&format!("/dev/virtio-ports/{PORT}"));
    if port.exists() {
        let flags = OFlags::NONBLOCK.bits().cast_signed();
        let mut port = fs_err::OpenOptions::new().write(true).custom_flags(flags).open(port)?;
        // the first line feed ends what a power cut may have left
        let _ = port.write_all(format!("\n{}\n", serde_json::to_string(status)?).as_bytes());
    }
    Ok(())
}

fn is_full(error: &anyhow::Error) -> bool {
    let full = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == ErrorKind::StorageFull)
    };
    error.chain().any(full)
}
