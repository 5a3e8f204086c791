//! Placeholders for a cluster's secrets in tests: plainly nobody's.

use super::{Keys, Site};
use crate::kubeadm::Scope;
use crate::kubeadm::testing::HASH;
use crate::template::Templates;
use std::collections::BTreeMap;
use std::path::Path;

/// A PKI of placeholders.
pub fn pki() -> BTreeMap<String, String> {
    let names = ["ca", "front-proxy-ca", "etcd/ca"];
    let pairs = names.iter().flat_map(|name| [format!("{name}.crt"), format!("{name}.key")]);
    let all = pairs.chain(["sa.key".to_owned(), "sa.pub".to_owned()]);
    all.map(|name| (name.clone(), format!("PLACEHOLDER FOR {name}\n"))).collect()
}

/// Secrets around `pki`.
pub fn keys(pki: &BTreeMap<String, String>) -> Keys<'_> {
    Keys {
        pki,
        ca_cert_hash: HASH,
        control_plane_token: "contrl.0123456789abcdef",
        worker_token: "worker.0123456789abcdef",
        certificate_key: "00000000000000000000000000000000000000000000000000000000000000ff",
        keepalived_password: "vrrppass",
        ssh_private_key: "PLACEHOLDER FOR A PRIVATE SSH KEY\n",
        ssh_public_key: "ssh-ed25519 AAAAPLACEHOLDER k8s-all",
    }
}

/// The embedded templates.
pub fn templates() -> Templates {
    Templates::open(Path::new("/nonexistent/clusters")).unwrap()
}

/// A site of these.
pub fn site<'a>(scope: Scope<'a>, pki: &'a BTreeMap<String, String>, templates: &'a Templates) -> Site<'a> {
    Site { scope, keys: keys(pki), templates }
}
