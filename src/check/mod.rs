//! What can be said of a cluster before a machine boots: from its definition, its image and its secrets.
//!
//! Each file here holds one kind of judgement, a function that looks at a [`Subject`] and returns what it found;
//! [`CHECKS`] lists them all. A check finds fault with what it is shown, and fails only if it cannot look.

#![allow(clippy::unnecessary_wraps)] // a check that cannot fail looks like one that can

mod addons;
mod arguments;
mod control_planes;
mod endpoint;
mod finding;
mod findings;
mod images;
mod kubeadm_list;
mod kubeadm_program;
mod machines;
mod packages;
mod pulls;
mod rendered;
mod runtime;
mod subject;
mod tokens;

pub use finding::{Finding, Severity};
pub use findings::Findings;
pub use subject::Subject;

use crate::Result;
use crate::context::Context;
use crate::lock::Locked;
use crate::store::Store;

/// One kind of judgement.
pub type Check = fn(&Subject) -> Result<Vec<Finding>>;

/// All of them, in the order in which their findings are shown.
pub const CHECKS: [Check; 10] = [
    control_planes::check,
    endpoint::check,
    runtime::check,
    images::check,
    pulls::check,
    packages::check,
    addons::check,
    arguments::check,
    machines::check,
    tokens::check,
];

/// What all checks find; a cluster without errors is then rendered, and that is judged too.
pub fn all(subject: &Subject) -> Result<Findings> {
    let mut findings = Vec::new();
    for check in CHECKS {
        findings.extend(check(subject)?);
    }
    // what is wrong already would only be found again
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        findings.extend(rendered::check(subject)?);
    }
    Ok(Findings::of(findings))
}

/// What an image's lock alone shows: whether anything would have to be pulled at first boot.
///
/// # Errors
/// The cache cannot be read, or what it has of the image is damaged.
pub fn image(context: &Context, locked: &Locked) -> Result<Findings> {
    let store = Store::open(context)?;
    let mut findings = pulls::check_locked(locked);
    findings.extend(kubeadm_list::check(context, &store, locked)?);
    Ok(Findings::of(findings))
}

#[cfg(test)]
mod tests;
