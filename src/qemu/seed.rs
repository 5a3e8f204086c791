//! The first-boot data of one machine as a `NoCloud` seed: a small disk labelled `cidata` with three documents
//! (cloud-init's documentation, "Datasources: `NoCloud`").
//!
//! Documents are typed and go through the YAML emitter: text that looks like a number or a truth value to
//! YAML 1.1, which cloud-init reads, comes out quoted.

use crate::Result;
use crate::atomic;
use crate::output::iso9660;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What cloud-init requires `user-data` to begin with.
const HEADER: &str = "#cloud-config\n";
/// The label by which cloud-init finds the seed.
const VOLUME: &str = "cidata";

/// Everything that cloud-init is told about a machine.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Who the machine is.
    pub meta_data: MetaData,
    /// What to do at first boot.
    pub user_data: UserData,
    /// How its network cards get addresses.
    pub network: NetworkConfig,
}

/// The document `meta-data`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetaData {
    /// A boot with another id than the last one is a first boot.
    pub instance_id: String,
    /// Host name.
    pub local_hostname: String,
}

/// The document `user-data`, as far as it is used here; cloud-init calls it cloud-config.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserData {
    /// Users besides those that the image has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
    /// Whether SSH takes passwords; `None` leaves that to the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_pwauth: Option<bool>,
    /// Files to write.
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

/// A file to write at first boot.
#[derive(Debug, Clone, Serialize)]
pub struct WriteFile {
    /// Absolute path.
    pub path: String,
    /// Permission bits in octal, such as `0755`.
    pub permissions: String,
    /// What is in it.
    pub content: String,
}

/// The document `network-config`, version 2.
#[derive(Debug, Clone, Serialize)]
pub struct NetworkConfig {
    version: u8,
    ethernets: BTreeMap<String, Ethernet>,
}

#[derive(Debug, Clone, Serialize)]
struct Ethernet {
    #[serde(rename = "match")]
    matching: Match,
    dhcp4: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Match {
    name: String,
}

impl NetworkConfig {
    /// All network cards get their addresses by DHCP.
    pub fn dhcp() -> Self {
        let card = Ethernet { matching: Match { name: "e*".into() }, dhcp4: true };
        Self { version: 2, ethernets: BTreeMap::from([("cards".into(), card)]) }
    }
}

impl Seed {
    /// File names and contents of the seed.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let user_data = format!("{HEADER}{}", serde_yaml::to_string(&self.user_data)?);
        let files = [
            ("meta-data", serde_yaml::to_string(&self.meta_data)?),
            ("network-config", serde_yaml::to_string(&self.network)?),
            ("user-data", user_data),
        ];
        Ok(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect())
    }

    /// Writes the seed to `path` as an ISO 9660 image.
    pub fn write(&self, path: &Path) -> Result<()> {
        atomic::write_with(path, |file| iso9660::write(file, VOLUME, &self.files()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_1_1_takes_for_something_else_is_quoted() {
        let file = WriteFile { path: "/a".into(), permissions: "0755".into(), content: "yes".into() };
        let user_data = UserData { write_files: vec![file], ..UserData::default() };
        let text = document(&user_data, "user-data");
        assert!(text.starts_with("#cloud-config\n"), "{text}");
        assert!(text.contains(r#"permissions: "0755""#) || text.contains("permissions: '0755'"), "{text}");
        assert!(!text.contains("content: yes"), "{text}");
        assert!(!text.contains("users") && !text.contains("runcmd"), "{text}");
    }

    #[test]
    fn scripts_come_back_as_they_were() {
        let content = "#!/bin/sh\n\tset -eu\n\necho \"it's: #1\" \\\n  end  \n\n".to_owned();
        let file = WriteFile { path: "/a".into(), permissions: "0755".into(), content: content.clone() };
        let text = document(&UserData { write_files: vec![file], ..UserData::default() }, "user-data");
        let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read["write_files"][0]["content"], content);
    }

    #[test]
    fn keys_are_spelled_as_cloud_init_spells_them() {
        let text = document(&UserData::default(), "meta-data");
        assert!(text.contains("instance-id: \"1\"") || text.contains("instance-id: '1'"), "{text}");
        assert!(text.contains("local-hostname: host"), "{text}");
        assert!(document(&UserData::default(), "network-config").contains("dhcp4: true"));
    }

    fn document(user_data: &UserData, name: &str) -> String {
        let meta_data = MetaData { instance_id: "1".into(), local_hostname: "host".into() };
        let seed = Seed { meta_data, user_data: user_data.clone(), network: NetworkConfig::dhcp() };
        String::from_utf8(seed.files().unwrap().remove(name).unwrap()).unwrap()
    }
}
