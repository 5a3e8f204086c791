//! What a power cut leaves half-written. kubeadm keeps certificates and credentials that it finds, and does not
//! write them through to the disk, so after a cut it may stumble over files without content.

use super::configuration::PKI;
use super::failure::Failure;
use super::files::KUBERNETES_PKI;
use super::host::Host;
use crate::Result;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const KUBERNETES: &str = "/etc/kubernetes";
const MANIFESTS: &str = "/etc/kubernetes/manifests";

/// Removes files of kubeadm that are not whole, and certificates whose key is lost or the other way round; what
/// was made beforehand stays.
pub fn remove(host: &impl Host) -> Result<(), Failure> {
    for folder in [KUBERNETES, MANIFESTS] {
        remove_torn(&host.path(folder))?;
    }
    for folder in ["", "etcd"] {
        remove_torn(&host.path(KUBERNETES_PKI).join(folder))?;
        remove_halves(&host.path(KUBERNETES_PKI).join(folder), &host.path(PKI).join(folder))?;
    }
    Ok(())
}

/// Everything that kubeadm writes ends with a line.
fn remove_torn(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        if fs_err::read(&file)?.last() != Some(&b'\n') {
            fs_err::remove_file(file)?;
        }
    }
    Ok(())
}

fn remove_halves(folder: &Path, made: &Path) -> Result<()> {
    let files: BTreeSet<PathBuf> = files(folder)?.into_iter().collect();
    for file in &files {
        let other = match file.extension().and_then(|extension| extension.to_str()) {
            Some("crt") => file.with_extension("key"),
            Some("key") => file.with_extension("crt"),
            _ => continue,
        };
        let is_made = file.file_name().is_some_and(|name| made.join(name).exists());
        // the key pair of service accounts has no certificate
        let is_pair = file.with_extension("pub").exists();
        if !files.contains(&other) && !is_made && !is_pair {
            fs_err::remove_file(file)?;
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_torn_files_go_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (pki, made) = (folder.path().join("pki"), folder.path().join("made"));
        for (path, text) in [
            ("pki/ca.crt", "x\n"),
            ("made/ca.crt", "x\n"),
            ("pki/whole.crt", "x\n"),
            ("pki/whole.key", "x\n"),
            ("pki/half.crt", "x\n"),
            ("pki/torn.crt", ""),
            ("pki/torn.key", "x\n"),
            ("pki/sa.key", "x\n"),
            ("pki/sa.pub", "x\n"),
        ] {
            crate::atomic::write(&folder.path().join(path), text).unwrap();
        }
        remove_torn(&pki).unwrap();
        remove_halves(&pki, &made).unwrap();
        let mut left: Vec<_> = files(&pki).unwrap();
        left.sort();
        let names: Vec<_> = left.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["ca.crt", "sa.key", "sa.pub", "whole.crt", "whole.key"]);
    }
}
