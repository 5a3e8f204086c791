//! The documents of one machine.

use super::machine::Machine;
use crate::Result;
use crate::cloudinit::{MetaData, NetworkConfig, UserData, WriteFile};
use crate::cluster::Platform;
use crate::digest::Sha256;
use crate::host::{self, Bundle, File, Site};
use std::collections::BTreeMap;

/// What to do at first boot.
pub const USER_DATA: &str = "user-data";
/// Who the machine is.
pub const META_DATA: &str = "meta-data";
/// How it reaches others.
pub const NETWORK_CONFIG: &str = "network-config";

/// What a machine is given.
pub struct Documents {
    /// Its files, as they are before they are wrapped.
    pub files: Vec<File>,
    /// Files that are in no document, since the machine fetches them by itself.
    pub fetched: Vec<File>,
    /// Document by name; EC2 gives `meta-data` and `network-config` itself.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// A machine that is given something else is a new one to cloud-init.
    pub instance_id: String,
}

impl Documents {
    /// Renders `machine`.
    pub fn of(site: &Site, machine: Machine) -> Result<Self> {
        let Bundle { hostname, files, fetched } = machine.bundle(site)?;
        let user_data = user_data(site, hostname.clone(), &files)?.to_text()?;
        let mut documents = BTreeMap::new();
        let network = network(site, machine).map(|network| serde_yaml::to_string(&network)).transpose()?;
        let digest = Sha256::of(format!("{user_data}\0{}", network.as_deref().unwrap_or_default()));
        let instance_id = format!("{}-{}", machine.name(), &digest.to_string()[..16]);
        if let Some(network) = network {
            let meta_data = MetaData { instance_id: instance_id.clone(), local_hostname: hostname };
            documents.insert(META_DATA.to_owned(), serde_yaml::to_string(&meta_data)?.into_bytes());
            documents.insert(NETWORK_CONFIG.to_owned(), network.into_bytes());
        }
        documents.insert(USER_DATA.to_owned(), user_data.into_bytes());
        Ok(Self { files, fetched, documents, instance_id })
    }
}

fn user_data(site: &Site, hostname: Option<String>, files: &[File]) -> Result<UserData> {
    let cluster = site.scope.cluster;
    let aws = cluster.platform == Platform::Aws;
    let file = |file: &File| {
        if aws {
            WriteFile::smallest(&file.path, file.mode, &file.content)
        } else {
            Ok(WriteFile::plain(&file.path, file.mode, &file.content))
        }
    };
    Ok(UserData {
        // AWS's cloud controller looks for the node by the instance's private DNS name
        prefer_fqdn_over_hostname: (aws && hostname.is_none()).then_some(true),
        preserve_hostname: hostname.is_some().then_some(false),
        hostname,
        manage_etc_hosts: Some(false),
        ssh_authorized_keys: cluster.ssh_authorized_keys.clone(),
        write_files: files.iter().map(file).collect::<Result<_>>()?,
        ..UserData::default()
    })
}

/// Members of pools find their addresses by DHCP.
fn network(site: &Site, machine: Machine) -> Option<NetworkConfig> {
    match machine {
        Machine::Host(host) => host::network_config(site, host),
        Machine::Pool(..) => (site.scope.cluster.platform != Platform::Aws).then(NetworkConfig::dhcp),
    }
}
