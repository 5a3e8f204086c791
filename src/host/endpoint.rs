//! Who holds the API's address, where that is a control plane's own matter.

use super::file::File;
use super::{Part, Site, keepalived, kube_vip};
use crate::Result;
use crate::cluster::Provider;
use crate::kubeadm::node::bind_port;
use crate::node::configuration::{self, Install};

/// The files that hold the address.
pub fn files(site: &Site, part: &Part) -> Result<Vec<File>> {
    let Some(host) = part.host().filter(|_| part.is_control_plane()) else { return Ok(Vec::new()) };
    match site.cluster().endpoint.provider {
        Provider::Keepalived => keepalived::files(site, part, host),
        Provider::KubeVip => Ok(vec![kube_vip::file(site, part, host)?]),
        Provider::Nlb | Provider::External => Ok(Vec::new()),
    }
}

/// Where the agent puts those files.
pub fn installs(site: &Site, part: &Part) -> Vec<Install> {
    if !part.is_control_plane() {
        return Vec::new();
    }
    match site.cluster().endpoint.provider {
        Provider::Keepalived => keepalived::installs(),
        Provider::KubeVip => vec![kube_vip::install(part)],
        Provider::Nlb | Provider::External => Vec::new(),
    }
}

/// What the agent knows of the endpoint.
pub fn of(site: &Site, part: &Part) -> configuration::Endpoint {
    let endpoint = &site.cluster().endpoint;
    let (provider, control_plane) = (endpoint.provider, part.is_control_plane());
    let unit = control_plane && provider == Provider::Keepalived;
    let handover = provider == Provider::KubeVip && kube_vip::needs_handover(site, part);
    configuration::Endpoint {
        address: endpoint.address.clone(),
        port: endpoint.port,
        api_port: bind_port(&site.scope),
        unit: unit.then(|| keepalived::UNIT.to_owned()),
        handover: handover.then(|| kube_vip::MANIFEST.to_owned()),
    }
}
