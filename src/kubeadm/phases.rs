//! The phases of `kubeadm init` and `kubeadm join`, as the agent calls them.
//!
//! Sources: `cmd/kubeadm/app/cmd/init.go`, `join.go` and `phases/` of 1.20.2 and of later releases. All phases
//! named here take `--config` in every known minor, which the agent adds. `wait-control-plane` is not among them:
//! it is hidden for most of these minors, and the agent waits for the API server itself.

use super::{Scope, patches};
use crate::error::Fault;

/// Phases of init in an order that every known minor takes: kubelet starts when all that it is to run is there.
const INIT: [&[&str]; 12] = [
    &["preflight"],
    &["certs", "all"],
    &["kubeconfig", "all"],
    &["etcd", "local"],
    &["control-plane", "all"],
    &["kubelet-start"],
    &["upload-config", "all"],
    &["mark-control-plane"],
    &["bootstrap-token"],
    &["kubelet-finalize", "all"],
    &["addon", "coredns"],
    &["addon", "kube-proxy"],
];
/// After `upload-config`, where certificates are uploaded; the key is in the configuration.
const UPLOAD_CERTS: &[&str] = &["upload-certs", "--upload-certs", "--skip-certificate-key-print"];
/// The first words of phases that make static pods, which patches change.
const PATCHED: [&str; 2] = ["etcd", "control-plane"];
/// What init does, join may not have.
const JOIN: [&str; 7] = [
    "preflight",
    "control-plane-prepare",
    "check-etcd",
    "kubelet-start",
    "etcd-join",
    "kubelet-wait-bootstrap",
    "control-plane-join",
];

/// The arguments after `kubeadm init phase` for each phase, without those that the image cannot do.
pub fn init(scope: &Scope) -> Result<Vec<Vec<String>>, Fault> {
    let mut phases: Vec<&[&str]> = INIT.to_vec();
    if scope.cluster.upload_certificates {
        phases.insert(7, UPLOAD_CERTS);
    }
    for skipped in &scope.kubernetes.skip_phases {
        check_known(&phases, skipped)?;
    }
    let patches = patches::arguments(scope, true)?;
    let kept = phases.into_iter().filter(|phase| !is_skipped(scope, phase));
    Ok(kept.map(|phase| words(phase, &patches)).collect())
}

/// `phase`, with `patches` where they concern it.
fn words(phase: &[&str], patches: &[String]) -> Vec<String> {
    let more: &[String] = if PATCHED.contains(&phase[0]) { patches } else { &[] };
    phase.iter().map(|word| (*word).to_owned()).chain(more.iter().cloned()).collect()
}

/// `--skip-phases` of `kubeadm init`: what the image skips.
pub fn skipped_by_init(scope: &Scope) -> Vec<String> {
    scope.kubernetes.skip_phases.iter().cloned().collect()
}

/// `--skip-phases` of `kubeadm join`: what the image skips, as far as join has it.
pub fn skipped_by_join(scope: &Scope) -> Vec<String> {
    let phases = scope.kubernetes.skip_phases.iter();
    phases.filter(|phase| JOIN.contains(&phase.split('/').next().unwrap_or_default())).cloned().collect()
}

fn is_skipped(scope: &Scope, phase: &[&str]) -> bool {
    let whole = phase[0].to_owned();
    let part = phase.get(1).map(|part| format!("{whole}/{part}"));
    let skipped = &scope.kubernetes.skip_phases;
    skipped.contains(&whole) || part.is_some_and(|part| skipped.contains(&part))
}

/// A part of a phase that is called as a whole cannot be left out.
fn check_known(phases: &[&[&str]], skipped: &str) -> Result<(), Fault> {
    let matches = |phase: &&&[&str]| match skipped.split_once('/') {
        Some((whole, part)) => phase[0] == whole && phase.get(1) == Some(&part),
        None => phase[0] == skipped,
    };
    let of_join = JOIN.contains(&skipped.split('/').next().unwrap_or_default());
    let optional = ["upload-certs", "wait-control-plane", "show-join-command"].contains(&skipped);
    if of_join || optional || phases.iter().any(|phase| matches(&phase)) {
        return Ok(());
    }
    let known: Vec<String> = INIT.iter().map(|phase| phase.join("/")).collect();
    let message = format!("phase `{skipped}` of kubeadm, which the image skips, cannot be left out");
    Err(Fault::input(message).hint(format!("phases: {}", known.join(", "))))
}
