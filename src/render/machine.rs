//! What is rendered: a host, or a pool's one set of documents.

use crate::Result;
use crate::cluster::{Cluster, Host, Pool, Role};
use crate::error::Fault;
use crate::host::{self, Bundle, Site};
use serde::{Deserialize, Serialize};

/// A host or a pool.
#[derive(Clone, Copy)]
pub enum Machine<'a> {
    /// A host.
    Host(&'a Host),
    /// A pool with its name.
    Pool(&'a str, &'a Pool),
}

/// What a machine is to its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A host with a control plane.
    ControlPlane,
    /// Any other host.
    Worker,
    /// A pool.
    Pool,
}

impl<'a> Machine<'a> {
    /// All of `cluster`, hosts first.
    pub fn all(cluster: &'a Cluster) -> impl Iterator<Item = Self> {
        let pools = cluster.pools.iter().map(|(name, pool)| Self::Pool(name, pool));
        cluster.hosts.iter().map(Self::Host).chain(pools)
    }

    /// Those called `names`, or all if there are none.
    pub fn named(cluster: &'a Cluster, names: &[String]) -> Result<Vec<Self>, Fault> {
        let all: Vec<Self> = Self::all(cluster).collect();
        if names.is_empty() {
            return Ok(all);
        }
        let find = |name: &String| {
            all.iter().find(|machine| machine.name() == name).copied().ok_or_else(|| {
                Fault::usage(format!("cluster `{}` has no host `{name}`", cluster.name))
                    .hint("name hosts or pools of its definition")
            })
        };
        names.iter().map(find).collect()
    }

    /// Name in the definition.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Host(host) => &host.name,
            Self::Pool(name, _) => name,
        }
    }

    /// Name of its folder; a host's name has no dot.
    pub fn folder(&self) -> String {
        match self {
            Self::Host(host) => host.name.clone(),
            Self::Pool(name, _) => format!("pool.{name}"),
        }
    }

    /// What it is to its cluster.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Host(Host { role: Role::ControlPlane, .. }) => Kind::ControlPlane,
            Self::Host(_) => Kind::Worker,
            Self::Pool(..) => Kind::Pool,
        }
    }

    /// Its files.
    pub fn bundle(&self, site: &Site) -> Result<Bundle> {
        match self {
            Self::Host(host) => host::of_host(site, host),
            Self::Pool(_, pool) => host::of_pool(site, pool),
        }
    }
}
