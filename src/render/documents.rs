//! The documents of one machine.

use super::machine::Machine;
use crate::Result;
use crate::cloudinit::{MetaData, NetworkConfig, UserData, WriteFile, gzip};
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
    /// What `user-data` says: among other things, to write each of [`Self::files`], in their order.
    pub user_data: UserData,
    /// Document by name, as cloud-init reads it; EC2 gives `meta-data` and `network-config` itself.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// The same in the form in which the platform is given them.
    pub delivered: BTreeMap<String, Vec<u8>>,
    /// A machine that is given something else is a new one to cloud-init.
    pub instance_id: String,
}

impl Documents {
    /// Renders `machine`.
    pub fn of(site: &Site, machine: Machine) -> Result<Self> {
        let Bundle { hostname, files, fetched } = machine.bundle(site)?;
        let user_data = user_data(site, hostname.clone(), &files);
        let text = user_data.to_text()?;
        let mut documents = BTreeMap::new();
        let network = network(site, machine).map(|network| serde_yaml::to_string(&network)).transpose()?;
        let digest = Sha256::of(format!("{text}\0{}", network.as_deref().unwrap_or_default()));
        let instance_id = format!("{}-{}", machine.name(), &digest.to_string()[..16]);
        if let Some(network) = network {
            let meta_data = MetaData { instance_id: instance_id.clone(), local_hostname: hostname };
            documents.insert(META_DATA.to_owned(), serde_yaml::to_string(&meta_data)?.into_bytes());
            documents.insert(NETWORK_CONFIG.to_owned(), network.into_bytes());
        }
        documents.insert(USER_DATA.to_owned(), text.into_bytes());
        let delivered = delivered(site.scope.cluster.platform, &documents)?;
        Ok(Self { files, fetched, user_data, documents, delivered, instance_id })
    }

    /// Whether `user-data` are delivered compressed.
    pub fn is_packed(&self) -> bool {
        self.delivered.get(USER_DATA) != self.documents.get(USER_DATA)
    }
}

/// EC2 takes few bytes of user-data. The files in them have much in common, so that they get smallest in one piece.
fn delivered(platform: Platform, documents: &BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut delivered = documents.clone();
    if let Some(user_data) = delivered.get_mut(USER_DATA).filter(|_| platform == Platform::Aws) {
        *user_data = gzip(user_data)?;
    }
    Ok(delivered)
}

fn user_data(site: &Site, hostname: Option<String>, files: &[File]) -> UserData {
    let cluster = site.scope.cluster;
    let aws = cluster.platform == Platform::Aws;
    let file = |file: &File| WriteFile::plain(&file.path, file.mode, &file.content);
    UserData {
        // AWS's cloud controller looks for the node by the instance's private DNS name
        prefer_fqdn_over_hostname: (aws && hostname.is_none()).then_some(true),
        preserve_hostname: hostname.is_some().then_some(false),
        hostname,
        manage_etc_hosts: Some(false),
        ssh_authorized_keys: cluster.ssh_authorized_keys.clone(),
        write_files: files.iter().map(file).collect(),
        ..UserData::default()
    }
}

/// Members of pools find their addresses by DHCP.
fn network(site: &Site, machine: Machine) -> Option<NetworkConfig> {
    match machine {
        Machine::Host(host) => host::network_config(site, host),
        Machine::Pool(..) => (site.scope.cluster.platform != Platform::Aws).then(NetworkConfig::dhcp),
    }
}
