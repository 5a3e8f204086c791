//! The cluster's secrets, as hosts need them.

use std::collections::BTreeMap;

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
