//! All files of one host.

use super::file::{File, Secrecy};
use super::{Part, Site, access, addons, cni, ec2, endpoint, names, node, patches, pki, time};
use crate::Result;
use crate::cluster::{Host, Pool};
use crate::kubeadm::{init, join};
use crate::node::configuration::KUBEADM;

/// What one host, or any member of a pool, is given.
pub struct Bundle {
    /// Host name; `None` where the host has one already.
    pub hostname: Option<String>,
    /// In the order in which they are written: the agent starts only when the last one is there.
    pub files: Vec<File>,
    /// Files that the host fetches by itself, from where only hosts of its group may; on AWS.
    pub fetched: Vec<File>,
}

/// The bundle of `host`.
pub fn of_host(site: &Site, host: &Host) -> Result<Bundle> {
    let part = Part::of_host(site.cluster(), host);
    bundle(site, &part, Some(host.name.clone()))
}

/// The bundle of every member of `pool`.
pub fn of_pool(site: &Site, pool: &Pool) -> Result<Bundle> {
    bundle(site, &Part::of_pool(pool), None)
}

fn bundle(site: &Site, part: &Part, hostname: Option<String>) -> Result<Bundle> {
    let apart = |file: &File| ec2::has_secret(site, part) && file.secrecy != Secrecy::Public;
    let (fetched, files) = files(site, part)?.into_iter().partition(apart);
    Ok(Bundle { hostname, files, fetched })
}

fn files(site: &Site, part: &Part) -> Result<Vec<File>> {
    let mut files = vec![File::secret(KUBEADM, kubeadm(site, part)?, Secrecy::Fields)];
    files.extend(pki::files(site, part));
    files.extend(endpoint::files(site, part)?);
    files.extend(patches::files(site, part)?);
    files.extend(cni::file(site, part)?);
    files.extend(addons::files(site, part)?);
    files.extend(names::file(site, part)?);
    files.extend(time::file(site));
    files.extend(access::files(site, part)?);
    let addons = addons::of(site, part)?;
    files.push(node::file(site, part, addons)?);
    Ok(files)
}

fn kubeadm(site: &Site, part: &Part) -> Result<String> {
    match part.host() {
        Some(host) if part.is_first() => {
            let key = site.cluster().upload_certificates.then_some(site.keys.certificate_key.as_str());
            init::documents(&site.scope, host, &site.tokens(), key)
        }
        _ => join::document(&site.scope, part.member, &site.credentials(part.is_control_plane())),
    }
}
