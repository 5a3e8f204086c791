//! What nobody needs once the host is in its cluster goes: everything it joined with, wherever cloud-init has
//! kept copies. cloud-init itself must not run again: to it, any disk that looks like a seed is a new beginning.

use super::configuration::{DIRECTORY, NodeConfiguration};
use super::etcd;
use super::failure::{Failure, Outcome};
use super::host::Host;
use crate::{Result, atomic};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Written by cloud-init when its last stage has ended, well or not.
const RESULT: &str = "/run/cloud-init/result.json";
/// Keeps cloud-init's generator from starting anything (cloud-init, `systemd/cloud-init-generator`).
const DISABLED: &str = "/etc/cloud/cloud-init.disabled";
/// How long after power-on cloud-init's end is waited for.
const PATIENCE_MS: u64 = 20 * 60_000;

/// Where cloud-init keeps what it was given (`cloudinit/helpers.py`, `Paths.lookups`, in 22.4 and 25.x).
const INSTANCES: &str = "/var/lib/cloud/instances";
const INSTANCE_FILES: [&str; 10] = [
    "cloud-config.txt",
    "obj.pkl",
    "user-data.txt",
    "user-data.txt.i",
    "vendor-cloud-config.txt",
    "vendor-data.txt",
    "vendor-data.txt.i",
    "vendor-data2.txt",
    "vendor-data2.txt.i",
    "vendor2-cloud-config.txt",
];
const RUN_FILES: [&str; 2] =
    ["/run/cloud-init/combined-cloud-config.json", "/run/cloud-init/instance-data-sensitive.json"];
const SEED: &str = "/var/lib/cloud/seed";
/// The disk that a `NoCloud` host was given.
const SEED_DISK: &str = "/dev/disk/by-label/cidata";
/// Holds the bootstrap token. `kubeadm join` removes it in the end, and a power cut before that leaves it behind while
/// kubelet finishes the join without kubeadm.
const BOOTSTRAP_KUBECONFIG: &str = "/etc/kubernetes/bootstrap-kubelet.conf";
/// The one file of [`DIRECTORY`] that stays: it holds no secret, and the approver goes by it.
const STAYS: &str = "node.json";

/// Waits for cloud-init's end, then keeps it from running at the next boot.
pub fn cloud_init(host: &impl Host) -> Outcome {
    let ended = host.path(RESULT).exists();
    if !ended && host.now().uptime_ms < PATIENCE_MS {
        return Err(Failure::again("cloud-init has not ended yet"));
    }
    atomic::write(&host.path(DISABLED), "written by imgbuild-node: this host is in its cluster\n")?;
    Ok((!ended).then(|| "cloud-init has not ended".to_owned()))
}

/// Removes every copy of what the host joined with, except for the disk that they came on, which is not its own.
pub fn secrets(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let mut files = Vec::new();
    for instance in entries(&host.path(INSTANCES))? {
        files.extend(INSTANCE_FILES.map(|name| instance.join(name)));
    }
    files.extend(RUN_FILES.map(|path| host.path(path)));
    files.extend([SEED, etcd::CLIENT, BOOTSTRAP_KUBECONFIG].map(|path| host.path(path)));
    files.extend(configuration.remove.iter().map(|path| host.path(path)));
    let ours = entries(&host.path(DIRECTORY))?;
    files.extend(ours.into_iter().filter(|path| path.file_name().is_some_and(|name| name != STAYS)));
    for file in files {
        destroy(&file)?;
    }
    let note = "the seed disk, which still has this host's secrets, can be taken out";
    Ok(host.path(SEED_DISK).exists().then(|| note.to_owned()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    fs_err::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Overwrites and removes a file, or all files below a folder; what is not there is fine.
fn destroy(path: &Path) -> Result<()> {
    let Ok(metadata) = path.symlink_metadata() else { return Ok(()) };
    if metadata.is_dir() {
        entries(path)?.iter().try_for_each(|entry| destroy(entry))?;
        return Ok(fs_err::remove_dir(path)?);
    }
    if metadata.is_file() {
        overwrite(path, metadata.len())?;
    }
    Ok(fs_err::remove_file(path)?)
}

/// On a disk that writes in place this leaves nothing to be found.
fn overwrite(path: &Path, length: u64) -> Result<()> {
    let mut file = fs_err::OpenOptions::new().write(true).open(path)?;
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), length), &mut file)?;
    file.flush()?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_go_with_everything_below_and_links_go_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, gone) = (folder.path().join("kept"), folder.path().join("gone"));
        atomic::write(&gone.join("a/b"), "secret").unwrap();
        atomic::write(&kept, "kept").unwrap();
        std::os::unix::fs::symlink(&kept, gone.join("link")).unwrap();
        destroy(&gone).unwrap();
        destroy(&gone).unwrap();
        assert!(!gone.exists());
        assert_eq!(fs_err::read_to_string(kept).unwrap(), "kept");
    }
}
