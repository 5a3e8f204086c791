//! Whether the rendered documents are what kubeadm and cloud-init read: rendered as for a boot, and read again.

use super::{Finding, Subject};
use crate::Result;
use crate::cloudinit::{UserData, WriteFile, unpacked};
use crate::host::{Keys, Site};
use crate::kube::version::Version;
use crate::kubeadm::{Scope, schema};
use crate::node::configuration::KUBEADM;
use crate::process::{self, Tool};
use crate::render::{Budget, Documents, Machine, NETWORK_CONFIG, USER_DATA};
use crate::template::Templates;
use std::collections::BTreeSet;

const CLOUD_INIT: &str = "cloud-init";

/// What it is asked of each document. Not every version has a schema of network-config, but every one must
/// understand it to write `/etc/network/interfaces`; what is for netplan it hands on unread.
const ASKED: [(&str, &str); 2] = [
    (USER_DATA, "schema --config-file"),
    (
        NETWORK_CONFIG,
        "devel net-convert --kind yaml --distro debian --output-kind eni --directory out --network-data",
    ),
];

/// Renders every machine, with placeholders where there are no secrets yet. What cannot be rendered is the
/// finding.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let keys = match subject.secrets {
        Some(secrets) => Keys::of(secrets, subject.cluster.token_lifetime)?,
        None => Keys::placeholders(),
    };
    let templates = Templates::open(&subject.cluster.directory)?;
    let scope = match Scope::new(subject.cluster, subject.image) {
        Ok(scope) => scope,
        Err(fault) => return Ok(vec![finding(&fault.into())]),
    };
    let site = Site { scope, keys: &keys, templates: &templates };
    let mut findings: Vec<Finding> =
        Machine::all(subject.cluster).flat_map(|machine| machine_findings(&site, machine)).collect();
    findings.dedup();
    findings.extend(cloud_init(&site)?);
    Ok(findings)
}

fn machine_findings(site: &Site, machine: Machine) -> Vec<Finding> {
    let read_again = || -> Result<()> {
        let documents = Documents::of(site, machine)?;
        Budget::of(&documents)?.check(site.scope.cluster.platform, machine.name())?;
        read_back(site.scope.version(), &documents)
    };
    read_again().err().iter().map(finding).collect()
}

/// What cloud-init will write must be what was meant, and kubeadm must know every field of its part.
fn read_back(version: Version, documents: &Documents) -> Result<()> {
    let files = UserData::files(&unpacked(&documents.delivered[USER_DATA])?)?;
    let same = |(file, meant): (&WriteFile, &crate::host::File)| {
        file.path == meant.path && file.content == meant.content
    };
    anyhow::ensure!(
        files.len() == documents.files.len() && files.iter().zip(&documents.files).all(same),
        "the rendered `user-data` does not read back as it was meant"
    );
    let kubeadm = documents.files.iter().chain(&documents.fetched).find(|file| file.path == KUBEADM);
    kubeadm.map(|file| schema::check(version, &file.content)).transpose()?;
    Ok(())
}

fn finding(error: &anyhow::Error) -> Finding {
    let hint = crate::error::hint(error).unwrap_or_else(|| "correct the definition".to_owned());
    Finding::error(error, hint)
}

/// One machine of each kind is enough: those of a kind differ in values only.
fn cloud_init(site: &Site) -> Result<Vec<Finding>> {
    if process::find(CLOUD_INIT).is_none() {
        let text = "cloud-init's own check was left out: `cloud-init` is not installed on this machine";
        return Ok(vec![Finding::note(text, "unpack the package `cloud-init` to have it")]);
    }
    let (mut kinds, mut findings) = (BTreeSet::new(), Vec::new());
    for machine in Machine::all(site.scope.cluster).filter(|machine| kinds.insert(machine.kind())) {
        let Ok(documents) = Documents::of(site, machine) else { continue };
        for (name, command) in ASKED {
            let Some(document) = documents.documents.get(name) else { continue };
            if !accepts(command, document)? {
                let text = format!("cloud-init does not accept the {name} of `{}`", machine.name());
                let packed = name == USER_DATA && documents.is_packed();
                let unpack = if packed { ", unpack it with `zcat`" } else { "" };
                let hint = format!("render it{unpack} and run `cloud-init {command}` on it");
                findings.push(Finding::error(text, hint));
            }
        }
    }
    Ok(findings)
}

/// Nothing of what cloud-init says is kept: it would show the secrets that stand around a fault.
fn accepts(command: &str, document: &[u8]) -> Result<bool> {
    let folder = tempfile::tempdir()?; // for its owner only
    let path = folder.path().join("document");
    fs_err::write(&path, document)?;
    let tool = Tool::new(CLOUD_INIT).directory(folder.path()).args(command.split(' ')).arg(&path);
    Ok(tool.run().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloud_init_refuses_what_it_cannot_read() {
        for ((_, command), [good, bad]) in ASKED.into_iter().zip([
            ["#cloud-config\nruncmd: [['true']]\n", "#cloud-config\nruncmd: 5\n"],
            ["version: 2\nethernets: {a: {dhcp4: true}}\n", "version: 2\nethernets: {a: {addresses: 5}}\n"],
        ]) {
            assert!(accepts(command, good.as_bytes()).unwrap(), "{command}");
            assert!(!accepts(command, bad.as_bytes()).unwrap(), "{command}");
        }
    }
}
