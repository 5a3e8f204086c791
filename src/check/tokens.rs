//! Whether hosts rendered now could still join.

use super::{Finding, Subject};
use crate::Result;
use crate::cluster::Role;

/// Judges the age of the newest tokens. They live from the moment when the cluster is made, which is later than
/// they are, so this errs on the side of new ones.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let Some(secrets) = subject.secrets else {
        return Ok(vec![Finding::note("the cluster has no secrets yet", "`imgbuild cloud-init` makes them")]);
    };
    let lifetime = subject.cluster.token_lifetime.as_secs();
    let old = |role| subject.now.saturating_sub(secrets.token_for(role).made) > lifetime;
    let expired = [Role::ControlPlane, Role::Worker].into_iter().any(old);
    Ok(Vec::from_iter(expired.then(|| {
        Finding::note(
            format!("the bootstrap tokens are older than their lifetime of {} hours", lifetime / 3600),
            "for hosts that join a running cluster, render with `imgbuild cloud-init --rotate`",
        )
    })))
}
