//! Reading, making and renewing the file.

use super::encryption::{Encryption, Keyring};
use super::{Secrets, file, permissions, repository};
use crate::cluster::Cluster;
use crate::error::Fault;
use crate::{Result, atomic};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the secrets of `cluster` are if nothing else is said: `secrets/NAME.yaml` beside the folder of
/// cluster definitions.
pub fn default_path(cluster: &Cluster) -> PathBuf {
    let project = cluster.directory.parent().unwrap_or(&cluster.directory);
    project.join("secrets").join(format!("{}.yaml", cluster.name))
}

/// The secrets of the cluster called `cluster` in the file at `path`, which must be there.
pub fn load(path: &Path, cluster: &str) -> Result<Secrets> {
    if !path.exists() {
        let message = format!("there are no secrets `{}`", path.display());
        return Err(Fault::input(message).hint("`imgbuild cloud-init` makes them").into());
    }
    let encryption = Encryption::of(path);
    if encryption == Encryption::None {
        permissions::check(path)?;
    }
    let secrets = file::read(&encryption.read(path, &Keyring::of_environment())?, path)?;
    if secrets.cluster() != cluster {
        let message = format!("`{}`: `cluster`: these secrets belong to another cluster", path.display());
        return Err(Fault::input(message).hint(format!("use those of `{cluster}`")).into());
    }
    Ok(secrets)
}

/// The secrets in the file at `path`, or new ones, which are kept there. Two runs at once get the same.
pub fn load_or_make(path: &Path, cluster: &str) -> Result<Secrets> {
    if path.exists() {
        return load(path, cluster);
    }
    let made = Secrets::make(cluster)?;
    if atomic::write_new_secret(path, kept(&made, path)?)? { Ok(made) } else { load(path, cluster) }
}

/// Adds a new token for each role to the file at `path`, and drops those older than `lifetime`.
pub fn rotate(path: &Path, cluster: &str, lifetime: Duration) -> Result<Secrets> {
    let rotated = load(path, cluster)?.rotated(lifetime.as_secs())?;
    atomic::write_with_mode(path, 0o600, kept(&rotated, path)?)?;
    Ok(rotated)
}

/// What to write to `path`, where it may be written.
fn kept(secrets: &Secrets, path: &Path) -> Result<Vec<u8>> {
    let encryption = Encryption::of(path);
    if encryption == Encryption::None {
        repository::check(path)?;
    }
    encryption.encrypted(&file::write(secrets)?, path, &Keyring::of_environment())
}
