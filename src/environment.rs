//! The only reader of environment variables, of clocks and of randomness.

use crate::Result;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where the cache is, if `--cache-dir` does not say.
pub const CACHE_DIR: &str = "IMGBUILD_CACHE_DIR";
/// The Debian mirror, if `--mirror` does not say.
pub const MIRROR: &str = "IMGBUILD_MIRROR";
/// Where upstream URLs are redirected, if `--artifact-mirror` does not say.
pub const ARTIFACT_MIRROR: &str = "IMGBUILD_ARTIFACT_MIRROR";
/// Mirrors of container registries, separated by commas, if `--registry-mirror` does not say.
pub const REGISTRY_MIRRORS: &str = "IMGBUILD_REGISTRY_MIRRORS";
/// Container registries without encryption, separated by commas, if `--plain-http` does not say.
pub const PLAIN_HTTP: &str = "IMGBUILD_PLAIN_HTTP";
/// The QEMU accelerator, `kvm` or `tcg`, if the CPU's flags are not to decide.
pub const ACCEL: &str = "IMGBUILD_ACCEL";
/// The on-host agent's program that goes into images, if `--node` does not say.
pub const NODE: &str = "IMGBUILD_NODE";

/// The file with the keys by which `age` decrypts a cluster's secrets; it asks for a password without.
pub const AGE_IDENTITY: &str = "IMGBUILD_AGE_IDENTITY";
/// The file that says for whom `age` encrypts a cluster's secrets.
pub const AGE_RECIPIENTS: &str = "IMGBUILD_AGE_RECIPIENTS";

/// Variables by which `sops` finds its keys and those who keep them.
pub const PASSED_TO_SOPS: [&str; 14] = [
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_FILE",
    "SOPS_AGE_RECIPIENTS",
    "SOPS_GPG_EXEC",
    "SOPS_KMS_ARN",
    "SOPS_PGP_FP",
    "GNUPGHOME",
    "GPG_TTY",
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
];

/// Variables by which `ssh-keygen` reaches an agent and asks for passphrases.
pub const PASSED_TO_SSH: [&str; 4] = ["SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY"];

/// The folder of docker's `config.json`, if it is not `~/.docker`.
const DOCKER_CONFIG: &str = "DOCKER_CONFIG";
/// The file in which skopeo, podman and buildah keep credentials, if they are told another one.
const REGISTRY_AUTH_FILE: &str = "REGISTRY_AUTH_FILE";

/// Variables by which helpers of `docker login` find where they keep credentials.
pub const PASSED_TO_CREDENTIAL_HELPERS: [&str; 16] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_ECR_CACHE_DIR",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    DOCKER_CONFIG,
    "GNUPGHOME",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GPG_TTY",
    "PASSWORD_STORE_DIR",
    "XDG_RUNTIME_DIR",
];

/// The file of authorities that programs trust instead of the system's.
pub const SSL_CERT_FILE: &str = "SSL_CERT_FILE";

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
    SSL_CERT_FILE,
];

/// The value of `name`, if it is set, not empty, and UTF-8.
#[allow(clippy::disallowed_methods)] // the one place
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether `name` is set, but to nothing.
#[allow(clippy::disallowed_methods)] // the one place
pub fn is_blank(name: &std::ffi::OsStr) -> bool {
    std::env::var_os(name).is_some_and(|value| value.is_empty())
}

/// `~/.cache/imgbuild`, or what `XDG_CACHE_HOME` makes of it.
pub fn default_cache_dir() -> PathBuf {
    let base = variable("XDG_CACHE_HOME").map(PathBuf::from);
    base.unwrap_or_else(|| home().join(".cache")).join("imgbuild")
}

/// The user's home; root's where nobody said, as in a container.
fn home() -> PathBuf {
    variable("HOME").unwrap_or_else(|| "/root".into()).into()
}

/// Where credentials for registries may be, the most particular file first: skopeo's, then docker's.
pub fn registry_credentials() -> Vec<PathBuf> {
    let containers = variable("XDG_RUNTIME_DIR").map(|dir| PathBuf::from(dir).join("containers/auth.json"));
    let docker = variable(DOCKER_CONFIG).map_or_else(|| home().join(".docker"), PathBuf::from);
    let told = variable(REGISTRY_AUTH_FILE).map(PathBuf::from);
    told.or(containers).into_iter().chain([docker.join("config.json")]).collect()
}

/// The file of this very program.
pub fn this_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// The arguments of this program, without its name.
pub fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// Seconds since 1970 by the clock on the wall, which may be wrong and may jump.
#[allow(clippy::disallowed_methods)] // the one place
pub fn wall_clock() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// Time since the machine was switched on, which never jumps; it counts while the machine sleeps.
pub fn uptime() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// A number that nobody can foresee, for the jitter of waits.
pub fn random() -> Result<u64> {
    let mut bytes = [0; 8];
    random_bytes(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// Fills `bytes` with what nobody can foresee, for secrets.
pub fn random_bytes(bytes: &mut [u8]) -> Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let count = rustix::rand::getrandom(&mut *rest, rustix::rand::GetRandomFlags::empty())?;
        rest = &mut rest[count..];
    }
    Ok(())
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
