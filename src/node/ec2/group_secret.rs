//! The secret of a host group: the files that its hosts must have and nobody else may read.

use crate::atomic;
use crate::node::failure::{Failure, Outcome};
use crate::node::host::Host;
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

/// The schema number of [`GroupSecret`].
const SCHEMA: u32 = 1;

/// Files of a host group. It has no `Debug`: nothing of it may reach a log.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSecret {
    schema: u32,
    files: Vec<SecretFile>,
}

/// A file of some hosts of the group.
#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SecretFile {
    /// Names of the hosts that get it.
    pub hosts: Vec<String>,
    /// Absolute path.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// What is in it.
    pub content: String,
}

impl GroupSecret {
    /// Of `files`; what several hosts have alike is there once.
    pub fn new(files: impl IntoIterator<Item = SecretFile>) -> Self {
        let mut all: Vec<SecretFile> = Vec::new();
        for file in files {
            let same = |other: &&mut SecretFile| other.path == file.path && other.content == file.content;
            match all.iter_mut().find(same) {
                Some(other) => other.hosts.extend(file.hosts),
                None => all.push(file),
            }
        }
        Self { schema: SCHEMA, files: all }
    }

    /// As text of letters, digits, `+`, `/` and `=`: it may be cut anywhere and put together again.
    pub fn encode(&self) -> crate::Result<String> {
        Ok(Base64::encode_string(&serde_json::to_vec(self)?))
    }

    /// Reads what [`GroupSecret::encode`] wrote; the reason why not holds nothing of it.
    pub fn decode(text: &str) -> Result<Self, &'static str> {
        let bytes = Base64::decode_vec(text.trim()).map_err(|_| "it is not base64")?;
        let secret: Self = serde_json::from_slice(&bytes).map_err(|_| "it has other fields")?;
        if secret.schema == SCHEMA { Ok(secret) } else { Err("it has another schema number") }
    }

    /// Writes the files of the host called `name`.
    pub fn install(&self, host: &impl Host, name: &str) -> Outcome {
        let own: Vec<&SecretFile> =
            self.files.iter().filter(|file| file.hosts.iter().any(|host| host == name)).collect();
        if own.is_empty() {
            return Err(Failure::Again(format!("the secret of this host's group has nothing for `{name}`")));
        }
        for file in own {
            if !is_plain(&file.path) {
                return Err(Failure::Never(format!("`{}` in the secret is no absolute path", file.path)));
            }
            atomic::write_with_mode(&host.path(&file.path), file.mode, &file.content)?;
        }
        Ok(None)
    }
}

fn is_plain(path: &str) -> bool {
    let mut components = Path::new(path).components();
    components.next() == Some(Component::RootDir)
        && components.all(|component| matches!(component, Component::Normal(_)))
}
