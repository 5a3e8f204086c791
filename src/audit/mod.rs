//! Which known vulnerabilities the parts of an image have, by a database that lies on this machine: nothing is asked
//! of anybody.
//!
//! What is in the image is taken from its bill of materials, by package URLs. Debian's packages are judged by their
//! source packages, programs from releases on GitHub and Kubernetes' own as Go modules.

mod component;
mod database;
mod finding;
mod osv;
mod report;
mod semver;
mod tracker;

pub use component::Inventory;
pub use database::Database;
pub use finding::{Finding, Status};
pub use report::Audit;

use crate::papers::spdx::Document;
use std::collections::BTreeSet;

/// What is left out of the findings.
#[derive(Debug, Default)]
pub struct Filter {
    /// Whatever no newer version mends.
    pub only_fixable: bool,
    /// Vulnerabilities that the user has decided to live with.
    pub accepted: BTreeSet<String>,
}

/// Judges the parts that `sbom` names by all of `databases`.
pub fn audit(sbom: &Document, databases: &[Database], filter: &Filter) -> Audit {
    let inventory = Inventory::of(sbom);
    let mut findings = BTreeSet::new();
    for component in &inventory.components {
        for database in databases {
            findings.extend(database.findings(component));
        }
    }
    findings.retain(|finding| filter.keeps(finding));
    Audit::new(sbom.name.clone(), databases, &inventory, findings)
}

impl Filter {
    fn keeps(&self, finding: &Finding) -> bool {
        let accepted = finding.names().any(|name| self.accepted.contains(name));
        !accepted && (!self.only_fixable || finding.fixed.is_some())
    }
}

#[cfg(test)]
mod tests;
