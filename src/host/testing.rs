//! Placeholders for a cluster's secrets in tests: plainly nobody's.

use super::{Keys, Site};
use crate::kubeadm::Scope;
use crate::kubeadm::testing::HASH;
use crate::template::Templates;
use std::collections::BTreeMap;
use std::path::Path;

/// Secrets that are none.
pub fn keys() -> Keys {
    Keys {
        pki: pki(),
        ca_cert_hash: HASH.into(),
        control_plane_token: "contrl.0123456789abcdef".into(),
        worker_token: "worker.0123456789abcdef".into(),
        token_manifests: "PLACEHOLDER FOR TOKENS\n".into(),
        certificate_key: "00000000000000000000000000000000000000000000000000000000000000ff".into(),
        keepalived_password: "vrrppass".into(),
        ssh_private_key: "PLACEHOLDER FOR A PRIVATE SSH KEY\n".into(),
        ssh_public_key: "ssh-ed25519 AAAAPLACEHOLDER k8s-all".into(),
    }
}

fn pki() -> BTreeMap<String, String> {
    let names = ["ca", "front-proxy-ca", "etcd/ca"];
    let pairs = names.iter().flat_map(|name| [format!("{name}.crt"), format!("{name}.key")]);
    let all = pairs.chain(["sa.key".to_owned(), "sa.pub".to_owned()]);
    all.map(|name| (name.clone(), format!("PLACEHOLDER FOR {name}\n"))).collect()
}

/// The embedded templates.
pub fn templates() -> Templates {
    Templates::open(Path::new("/nonexistent/clusters")).unwrap()
}

/// A site of these.
pub fn site<'a>(scope: Scope<'a>, keys: &'a Keys, templates: &'a Templates) -> Site<'a> {
    Site { scope, keys, templates }
}
