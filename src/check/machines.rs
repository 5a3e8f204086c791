//! Whether machines are large enough.

use super::{Finding, Subject};
use crate::Result;
use crate::cluster::{Host, Platform};
use crate::kubeadm::preflight::{self, CPUS, MEMORY};

/// Judges control planes whose size is the definition's to say. Whoever says a smaller one is given it.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    if subject.cluster.platform == Platform::Aws {
        return Ok(vec![]);
    }
    let small = |host: &&Host| preflight::too_small(host).next().is_some();
    let finding = |host: &Host| {
        let text = format!("`{}` has {} processors and {} MiB of memory", host.name, host.cpus, host.memory);
        Finding::warning(text, format!("kubeadm wants {CPUS} and {MEMORY} MiB, and is told to let it pass"))
    };
    Ok(subject.control_planes().filter(small).map(finding).collect())
}
