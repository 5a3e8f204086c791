//! The cluster's secrets, as hosts need them.

use crate::Result;
use crate::cluster::Role;
use crate::secrets::Secrets;
use std::collections::BTreeMap;
use std::time::Duration;

/// Plain texts. It has no `Debug`: nothing of it may reach a log.
pub struct Keys {
    /// PEM by path below `/etc/kubernetes/pki`: `ca.crt`, `etcd/ca.key`.
    pub pki: BTreeMap<String, String>,
    /// `sha256:` and 64 hex digits.
    pub ca_cert_hash: String,
    /// Bootstrap token of control planes.
    pub control_plane_token: String,
    /// Bootstrap token of workers.
    pub worker_token: String,
    /// Both as documents for a cluster that runs already: those that it was given at first may have expired.
    pub token_manifests: String,
    /// 64 hex digits: encrypts uploaded certificates.
    pub certificate_key: String,
    /// VRRP's password, at most 8 characters.
    pub keepalived_password: String,
    /// The private key of `k8s-all`, in a form that OpenSSH reads.
    pub ssh_private_key: String,
    /// Its public key, as a line of `authorized_keys`.
    pub ssh_public_key: String,
}

impl Keys {
    /// Well-formed texts in the place of secrets that nobody has made yet: what is rendered with them has the
    /// right shape, and opens nothing.
    pub fn placeholders() -> Self {
        let names = ["ca", "front-proxy-ca", "etcd/ca"];
        let pairs = names.iter().flat_map(|name| [format!("{name}.crt"), format!("{name}.key")]);
        let pki = pairs.chain(["sa.key".to_owned(), "sa.pub".to_owned()]);
        Self {
            pki: pki.map(|name| (name.clone(), format!("PLACEHOLDER FOR {name}\n"))).collect(),
            ca_cert_hash: format!("sha256:{}", "0".repeat(64)),
            control_plane_token: "contrl.0123456789abcdef".into(),
            worker_token: "worker.0123456789abcdef".into(),
            token_manifests: "PLACEHOLDER FOR TOKENS\n".into(),
            certificate_key: format!("{}ff", "0".repeat(62)),
            keepalived_password: "vrrppass".into(),
            ssh_private_key: "PLACEHOLDER FOR A PRIVATE SSH KEY\n".into(),
            ssh_public_key: "ssh-ed25519 AAAAPLACEHOLDER k8s-all".into(),
        }
    }

    /// Those of `secrets`, whose tokens live for `lifetime`.
    pub fn of(secrets: &Secrets, lifetime: Duration) -> Result<Self> {
        let token = |role| secrets.token_for(role).token.expose().to_owned();
        let pki = secrets.pki().into_iter().map(|(name, pem)| (name, pem.expose().to_owned()));
        Ok(Self {
            pki: pki.collect(),
            ca_cert_hash: secrets.ca_cert_hash(),
            control_plane_token: token(Role::ControlPlane),
            worker_token: token(Role::Worker),
            token_manifests: secrets.token_manifests(lifetime)?,
            certificate_key: secrets.certificate_key().expose().to_owned(),
            keepalived_password: secrets.keepalived_password().expose().to_owned(),
            ssh_private_key: secrets.ssh_private_key().expose().to_owned(),
            ssh_public_key: secrets.ssh_public_key(),
        })
    }
}
