//! Waits, tries and proxies; the defaults suit people, tests choose shorter ones.

use super::Proxies;
use crate::environment;
use std::path::PathBuf;
use std::time::Duration;

/// How patient the client is and which way it goes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For a connection, TLS included.
    pub connect_timeout: Duration,
    /// For the answer to begin, redirects included, and for each read of the body.
    pub read_timeout: Duration,
    /// Tries in all, the first one included.
    pub attempts: u32,
    /// Wait before the second try; it doubles from then on.
    pub backoff: Duration,
    /// Proxies.
    pub proxies: Proxies,
    /// Files with the user's logins to registries; those that are not there are passed over.
    pub credentials: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(15),
            read_timeout: Duration::from_secs(30),
            attempts: 4,
            backoff: Duration::from_millis(500),
            proxies: Proxies::from_environment(),
            credentials: environment::registry_credentials(),
        }
    }
}
