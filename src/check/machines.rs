//! Whether machines are large enough.

use super::{Finding, Subject};
use crate::Result;
use crate::cluster::{Host, Platform};

/// What `kubeadm init` insists on (`ControlPlaneNumCPU` and `ControlPlaneMem` in its constants).
const CPUS: u16 = 2;
/// In MiB; kubeadm counts 1700 of them.
const MEMORY: u32 = 1700;

/// Judges control planes whose size is the definition's to say.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    if subject.cluster.platform == Platform::Aws {
        return Ok(vec![]);
    }
    let small = |host: &&Host| host.cpus < CPUS || host.memory < MEMORY;
    let finding = |host: &Host| {
        let text = format!("`{}` has {} processors and {} MiB of memory", host.name, host.cpus, host.memory);
        Finding::error(text, format!("kubeadm wants {CPUS} and {MEMORY} MiB of a control plane"))
    };
    Ok(subject.control_planes().filter(small).map(finding).collect())
}
