//! The resolved world of one run: everything that comes from flags, variables and the machine, decided once.

use crate::oci::Registries;
use crate::report::Report;
use std::path::PathBuf;

/// Decided once in [`crate::cli`], then passed by reference.
#[derive(Clone)]
pub struct Context {
    /// Root of store and built layers.
    pub cache_dir: PathBuf,
    /// Refuse anything that needs the network.
    pub offline: bool,
    /// The Debian mirror that the user asked for; `None` means that of the machine's own apt.
    pub mirror: Option<String>,
    /// A directory or base URL under which upstream URLs are found as `HOST/PATH`.
    pub artifact_mirror: Option<String>,
    /// Mirrors of registries, and registries without encryption.
    pub registries: Registries,
    /// A PEM file with certificate authorities to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// The on-host agent's program; `None` means the one for the image's architecture beside this very program.
    pub node: Option<PathBuf>,
    /// How many things may be done at once.
    pub jobs: usize,
    /// Where progress goes.
    pub report: Report,
}

/// A context for tests: a cache of its own, no network mirrors, silent.
#[cfg(test)]
pub fn for_tests(cache_dir: &std::path::Path) -> Context {
    Context {
        cache_dir: cache_dir.to_owned(),
        offline: false,
        mirror: None,
        artifact_mirror: None,
        registries: Registries::default(),
        ca_file: None,
        node: None,
        jobs: 2,
        report: Report::quiet(),
    }
}
