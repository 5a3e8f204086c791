//! Ports of 127.0.0.1 that lead into a cluster's network; kept in a file, since machines come and go.

use crate::cluster::Cluster;
use crate::{Result, atomic};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// Which port leads where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// To the API's endpoint.
    pub api: u16,
    /// To the SSH server of each host.
    pub ssh: BTreeMap<String, u16>,
}

impl Ports {
    /// Ports that are free now.
    ///
    /// # Errors
    /// If this machine has none left.
    pub fn choose(cluster: &Cluster) -> Result<Self> {
        let mut taken = Vec::new(); // all stay open until each has its own
        let mut free = || -> Result<u16> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
            let port = listener.local_addr()?.port();
            taken.push(listener);
            Ok(port)
        };
        let ssh: Result<_> = cluster.hosts.iter().map(|host| Ok((host.name.clone(), free()?))).collect();
        Ok(Self { ssh: ssh?, api: free()? })
    }

    /// Those that were written to `path`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path)?;
        serde_json::from_str(&text).with_context(|| format!("reading `{}`", path.display()))
    }

    /// Writes them to `path`.
    pub fn write(&self, path: &Path) -> Result<()> {
        atomic::write(path, serde_json::to_string_pretty(self)? + "\n")
    }
}
