//! Puts what was rendered for this host where it belongs.

use super::configuration::{DIRECTORY, NodeConfiguration, PKI, Role, When};
use super::failure::{Failure, Outcome};
use super::host::Host;
use crate::{Result, atomic};
use anyhow::Context as _;
use std::path::{Component, Path};

/// Where kubeadm looks for the PKI.
pub const KUBERNETES_PKI: &str = "/etc/kubernetes/pki";

/// Puts the PKI in its place. Workers get none: kubeadm writes the CA there itself, and refuses to join if it is
/// there already.
pub fn install_pki(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    if configuration.role != Role::Worker && host.path(PKI).exists() {
        copy_folder(&host.path(PKI), &host.path(KUBERNETES_PKI)).context("installing the PKI")?;
    }
    Ok(None)
}

/// Puts the files of that moment in their places.
pub fn install(host: &impl Host, configuration: &NodeConfiguration, when: When) -> Outcome {
    for file in configuration.install.iter().filter(|file| file.when == when) {
        if !is_plain(&file.from) {
            return Err(Failure::Never(format!("`{}` in node.json is not below `{DIRECTORY}`", file.from)));
        }
        let from = host.path(DIRECTORY).join(&file.from);
        copy(&from, &host.path(&file.to), file.mode).with_context(|| format!("installing `{}`", file.to))?;
    }
    Ok(None)
}

fn is_plain(path: &str) -> bool {
    Path::new(path).components().all(|component| matches!(component, Component::Normal(_)))
}

/// Certificates may be read by everyone, keys by root.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            let public = path.extension().is_some_and(|extension| extension == "crt" || extension == "pub");
            copy(&path, &to.join(name), if public { 0o644 } else { 0o600 })?;
        }
    }
    Ok(())
}

/// Whole or not at all, so that a power cut leaves no half file behind; never readable for too many.
fn copy(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let bytes = fs_err::read(from)?;
    atomic::write_with_mode(to, mode, &bytes)
}
