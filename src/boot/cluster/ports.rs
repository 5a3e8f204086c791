//! Ports of 127.0.0.1 that lead into a cluster's network; kept in a file, since machines come and go.

use crate::cluster::Cluster;
use crate::error::Fault;
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

    /// The port that leads to the SSH server of `host`.
    ///
    /// # Errors
    /// If the host came into the definition later.
    pub fn ssh_of(&self, host: &str) -> Result<u16, Fault> {
        self.ssh.get(host).copied().ok_or_else(|| {
            Fault::usage(format!("`{host}` was not there when the cluster was booted"))
                .hint("end the others with `--stop`, and begin anew without `--resume`")
        })
    }

    /// Those that were written to `path`.
    ///
    /// # Errors
    /// If the cluster was never booted, or the file was changed.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path).map_err(|error| {
            Fault::usage(format!("there is nothing to resume: {error}"))
                .hint("boot the cluster without `--resume` first")
        })?;
        serde_json::from_str(&text).with_context(|| format!("reading `{}`", path.display()))
    }

    /// Writes them to `path`.
    pub fn write(&self, path: &Path) -> Result<()> {
        atomic::write(path, serde_json::to_string_pretty(self)? + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_came_later_has_no_port() {
        let ports = Ports { api: 6443, ssh: BTreeMap::from([("a".to_owned(), 2222)]) };
        assert_eq!(ports.ssh_of("a").unwrap(), 2222);
        assert!(ports.ssh_of("b").unwrap_err().to_string().contains("`b` was not there"));
    }

    #[test]
    fn there_is_nothing_to_resume_before_the_first_boot() {
        let error = Ports::read(Path::new("/nowhere/ports.json")).unwrap_err();
        assert!(error.to_string().contains("nothing to resume"), "{error:#}");
    }
}
