//! Who the user is to a registry, as `docker login`, `skopeo login` and `podman login` have left it.
//!
//! Files (docker's `config.json`, `containers-auth.json(5)`) are read when a registry first asks; nothing of them
//! is kept, shown or sent to anyone but the host that it is for, and to the realm which that host names.

mod file;
mod helper;

use super::locator;
use crate::Result;
use file::File;
use reqwest::Url;
use std::path::PathBuf;
use std::sync::OnceLock;

/// What proves who the user is.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Login {
    /// A name and a password, or what a registry takes for one.
    Password(String, String),
    /// A token that is good for getting others, but not for pulling.
    Identity(String),
}

/// All logins of this user.
pub(super) struct Credentials {
    paths: Vec<PathBuf>,
    files: OnceLock<Result<Vec<File>, String>>,
}

impl Credentials {
    /// Those in `paths`, earlier ones first; nothing is read yet.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths, files: OnceLock::new() }
    }

    /// What the user shows to whoever has `url`; `None` for a stranger.
    ///
    /// # Errors
    /// A file is no credential file, or a helper fails.
    pub fn of(&self, url: &str) -> Result<Option<Login>> {
        let Some(place) = place(url) else { return Ok(None) };
        let files = self.files.get_or_init(|| {
            let read = self.paths.iter().filter(|path| path.exists()).map(|path| File::read(path));
            read.collect::<Result<_>>().map_err(|error| format!("{error:#}"))
        });
        let files = files.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        for file in files {
            if let Some(login) = file.login(&place)? {
                return Ok(Some(login));
            }
        }
        Ok(None)
    }
}

/// `HOST[:PORT]/REPOSITORY…` of a registry's URL, with the name that people have for the host.
fn place(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let path = url.path().strip_prefix("/v2").unwrap_or(url.path());
    Some(format!("{}{}", known_as(&locator::host(&url)?), path.trim_end_matches('/')))
}

/// Docker's registry has several names, of which logins may use any.
fn known_as(host: &str) -> &str {
    match host {
        "index.docker.io" | "registry-1.docker.io" => "docker.io",
        other => other,
    }
}

#[cfg(test)]
mod tests;
