//! What a power cut leaves half-written. kubeadm keeps certificates and credentials that it finds, and does not
//! write them through to the disk, so after a cut it may stumble over files without content.

use super::configuration::PKI;
use super::failure::Failure;
use super::files::KUBERNETES_PKI;
use super::host::Host;
use crate::Result;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What kubeadm writes besides the PKI.
const WRITTEN: [&str; 10] = [
    "/etc/kubernetes/admin.conf",
    "/etc/kubernetes/bootstrap-kubelet.conf",
    "/etc/kubernetes/controller-manager.conf",
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/scheduler.conf",
    "/etc/kubernetes/super-admin.conf",
    "/etc/kubernetes/manifests/etcd.yaml",
    "/etc/kubernetes/manifests/kube-apiserver.yaml",
    "/etc/kubernetes/manifests/kube-controller-manager.yaml",
    "/etc/kubernetes/manifests/kube-scheduler.yaml",
];

/// Removes files of kubeadm that are not whole, and certificates whose key is lost or the other way round; what
/// was made beforehand stays.
pub fn remove(host: &impl Host) -> Result<(), Failure> {
    remove_torn(WRITTEN.map(|path| host.path(path)))?;
    for folder in ["", "etcd"] {
        let (folder, made) = (host.path(KUBERNETES_PKI).join(folder), host.path(PKI).join(folder));
        remove_torn(files(&folder)?.into_iter().filter(|file| !is_in(&made, file)))?;
        remove_halves(&folder, &made)?;
    }
    Ok(())
}

/// Everything that kubeadm writes ends with a line.
fn remove_torn(files: impl IntoIterator<Item = PathBuf>) -> Result<()> {
    for file in files.into_iter().filter(|file| file.exists()) {
        if fs_err::read(&file)?.last() != Some(&b'\n') {
            fs_err::remove_file(file)?;
        }
    }
    Ok(())
}

fn is_in(folder: &Path, file: &Path) -> bool {
    file.file_name().is_some_and(|name| folder.join(name).exists())
}

fn remove_halves(folder: &Path, made: &Path) -> Result<()> {
    let files: BTreeSet<PathBuf> = files(folder)?.into_iter().collect();
    for file in &files {
        let other = match file.extension().and_then(|extension| extension.to_str()) {
            Some("crt") => file.with_extension("key"),
            Some("key") => file.with_extension("crt"),
            _ => continue,
        };
        // the key pair of service accounts has no certificate
        let is_pair = file.with_extension("pub").exists();
        if !files.contains(&other) && !is_in(made, file) && !is_pair {
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
        remove_torn(files(&pki).unwrap()).unwrap();
        remove_halves(&pki, &made).unwrap();
        let mut left: Vec<_> = files(&pki).unwrap();
        left.sort();
        let names: Vec<_> = left.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["ca.crt", "sa.key", "sa.pub", "whole.crt", "whole.key"]);
    }
}
