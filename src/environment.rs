//! The only reader of environment variables and of the clock.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where the cache is, if `--cache-dir` does not say.
pub const CACHE_DIR: &str = "IMGBUILD_CACHE_DIR";
/// The Debian mirror, if `--mirror` does not say.
pub const MIRROR: &str = "IMGBUILD_MIRROR";
/// Where upstream URLs are redirected, if `--artifact-mirror` does not say.
pub const ARTIFACT_MIRROR: &str = "IMGBUILD_ARTIFACT_MIRROR";
/// The QEMU accelerator, `kvm` or `tcg`, if the CPU's flags are not to decide.
pub const ACCEL: &str = "IMGBUILD_ACCEL";

/// Variables that child processes may see: where programs are, and how the outside is reached.
pub const PASSED_TO_CHILDREN: [&str; 10] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
];

/// The value of `name`, if it is set, not empty, and UTF-8.
#[allow(clippy::disallowed_methods)] // the one place
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `~/.cache/imgbuild`, or what `XDG_CACHE_HOME` makes of it.
pub fn default_cache_dir() -> PathBuf {
    let base = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(variable("HOME").unwrap_or_else(|| "/root".into())).join(".cache");
    base.unwrap_or_else(home).join("imgbuild")
}

/// Number of processors that this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Measures how long something takes, for the report only: no duration reaches an output.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[allow(clippy::disallowed_methods, clippy::new_without_default)] // the one place
    pub fn new() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
