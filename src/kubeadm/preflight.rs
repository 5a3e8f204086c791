//! What kubeadm looks at before it begins (`cmd/kubeadm/app/preflight/checks.go`).

use crate::cluster::Host;

/// Processors of a control plane (`ControlPlaneNumCPU` of kubeadm's constants).
pub const CPUS: u16 = 2;
/// Memory of a control plane in MiB (`ControlPlaneMem`).
pub const MEMORY: u32 = 1700;

/// The checks that `host` does not pass as a control plane, as `--ignore-preflight-errors` names them.
pub fn too_small(host: &Host) -> impl Iterator<Item = &'static str> {
    let checks = [(host.cpus < CPUS, "NumCPU"), (host.memory < MEMORY, "Mem")];
    checks.into_iter().filter_map(|(fails, name)| fails.then_some(name))
}
