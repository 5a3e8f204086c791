//! What people need on hosts: the book's `k8s-all` with its key, and where the administrator's kubeconfig is.

use super::file::{File, Secrecy};
use super::{Part, Site};
use crate::Result;
use crate::cluster::Host;
use serde_json::json;

const SCRIPT: &str = "/usr/local/bin/k8s-all";
const PRIVATE_KEY: &str = "/root/.ssh/id_k8s_all";
const AUTHORIZED_KEYS: &str = "/root/.ssh/authorized_keys";
const PROFILE: &str = "/etc/profile.d/imgbuild-kubeconfig.sh";

/// The script and its key on the first control plane, the public key everywhere else.
pub fn files(site: &Site, part: &Part) -> Result<Vec<File>> {
    let mut files = Vec::new();
    if part.is_control_plane() {
        files.push(File::public(PROFILE, site.templates.render("host/kubeconfig.sh", &json!({}))?));
    }
    if !site.cluster().k8s_all {
        return Ok(files);
    }
    if part.is_first() {
        files.push(File::public(SCRIPT, script(site, part)?).mode(0o755));
        files.push(File::secret(PRIVATE_KEY, &*site.keys.ssh_private_key, Secrecy::Secret));
    } else {
        files.push(File::secret(AUTHORIZED_KEYS, authorized_keys(site), Secrecy::Public));
    }
    Ok(files)
}

fn script(site: &Site, part: &Part) -> Result<String> {
    let own = part.host().map(|host| &host.name);
    let others = site.cluster().hosts.iter().filter(|host| Some(&host.name) != own);
    let addresses: Vec<String> = others.map(|host| host.address.to_string()).collect();
    site.templates.render("host/k8s-all", &json!({ "hosts": addresses, "key": PRIVATE_KEY }))
}

/// Only from the first control plane, and for commands only: no forwarding, no terminal.
fn authorized_keys(site: &Site) -> String {
    let first = super::control_planes(site.cluster()).next().map(|host: &Host| host.address.to_string());
    let from = first.map(|address| format!("from=\"{address}\",")).unwrap_or_default();
    format!("{from}restrict {}\n", site.keys.ssh_public_key.trim_end())
}
