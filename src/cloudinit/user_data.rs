//! The document `user-data`, as far as it is used here; cloud-init calls it cloud-config.
//!
//! It holds no key that the oldest supported cloud-init (22.4) does not know: an unknown one leaves a warning and
//! a machine that counts as degraded.

use super::write_file::WriteFile;
use crate::Result;
use serde::{Deserialize, Serialize};

/// What cloud-init requires `user-data` to begin with.
const HEADER: &str = "#cloud-config\n";

/// What to do at first boot.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserData {
    /// Host name, where the platform's own must not win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Whether the host's name is that of the platform with its domain, where `hostname` does not give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefer_fqdn_over_hostname: Option<bool>,
    /// Whether cloud-init keeps its hands off the host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_hostname: Option<bool>,
    /// Whether cloud-init writes `/etc/hosts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_etc_hosts: Option<bool>,
    /// Users besides those that the image has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
    /// Public keys of the default user.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ssh_authorized_keys: Vec<String>,
    /// Whether SSH takes passwords; `None` leaves that to the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_pwauth: Option<bool>,
    /// Files to write, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub write_files: Vec<WriteFile>,
    /// Commands with their arguments, run last, one after the other.
    #[serde(rename = "runcmd", skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Vec<String>>,
}

/// A user who may do everything.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// Login name.
    pub name: String,
    /// Password as it is.
    pub plain_text_passwd: String,
    /// Whether the password is of no use.
    pub lock_passwd: bool,
    /// Rules for sudo.
    pub sudo: Vec<String>,
    /// Login shell.
    pub shell: String,
}

impl UserData {
    /// The document.
    pub fn to_text(&self) -> Result<String> {
        Ok(format!("{HEADER}{}", serde_yaml::to_string(self)?))
    }

    /// The files that the document in `bytes` has cloud-init write.
    ///
    /// # Errors
    /// If it is no such document. The error may show what is in it.
    pub fn files(bytes: &[u8]) -> Result<Vec<WriteFile>> {
        #[derive(Deserialize)]
        struct Files {
            #[serde(default)]
            write_files: Vec<WriteFile>,
        }
        Ok(serde_yaml::from_slice::<Files>(bytes)?.write_files)
    }
}
