//! Placeholders for a cluster's secrets in tests: plainly nobody's.

use super::{Keys, Site};
use crate::kubeadm::Scope;
use crate::template::Templates;
use std::path::Path;

/// Secrets that are none.
pub fn keys() -> Keys {
    Keys::placeholders()
}

/// The embedded templates.
pub fn templates() -> Templates {
    Templates::open(Path::new("/nonexistent/clusters")).unwrap()
}

/// A site of these.
pub fn site<'a>(scope: Scope<'a>, keys: &'a Keys, templates: &'a Templates) -> Site<'a> {
    Site { scope, keys, templates }
}
