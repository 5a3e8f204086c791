//! A cluster's secrets: made once, kept in one file that its owner alone can read, never printed.
//!
//! - [`load_or_make`] reads the file, or makes it; [`rotate`] gives it new tokens;
//! - [`Secrets`] hands out what hosts need: the PKI's files, tokens, the pin of the CA;
//! - a file whose name ends in `.age`, `.sops.yaml` or `.sops.json` is kept encrypted by the program of that name.

mod authority;
mod client;
mod encryption;
mod file;
mod key;
mod make;
mod manifest;
mod permissions;
mod pki;
mod random;
mod repository;
mod secret;
mod storage;
mod token;

pub use client::Client;
pub(crate) use key::Key;
pub use secret::Secret;
pub use storage::{default_path, load, load_or_make, rotate};
pub use token::Token;

use crate::cluster::Role;
use authority::Authority;

/// All that a cluster must keep to itself.
#[derive(Debug, Clone)]
pub struct Secrets {
    cluster: String,
    kubernetes: Authority,
    front_proxy: Authority,
    etcd: Authority,
    service_account: Key,
    tokens: Vec<Token>,
    certificate_key: Secret,
    ssh: Key,
    keepalived_password: Secret,
}

impl Secrets {
    /// Name of the cluster that they belong to.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// The newest bootstrap token for hosts that become `role`: `abcdef.0123456789abcdef`.
    pub fn token_for(&self, role: Role) -> &Token {
        let of_role = self.tokens.iter().filter(|token| token.role == role);
        // `file` refuses secrets without a token for each role
        of_role.max_by_key(|token| token.made).unwrap_or(&self.tokens[0])
    }

    /// 64 hex digits, with which `kubeadm init --upload-certs` encrypts certificates.
    pub fn certificate_key(&self) -> &Secret {
        &self.certificate_key
    }

    /// The password by which keepalived knows its peers: eight letters and digits.
    pub fn keepalived_password(&self) -> &Secret {
        &self.keepalived_password
    }

    /// Private key of `k8s-all`: PKCS#8 in PEM, which OpenSSH reads.
    pub fn ssh_private_key(&self) -> &Secret {
        self.ssh.private_pem()
    }

    /// Public key of `k8s-all`, as a line of `authorized_keys` without line break.
    pub fn ssh_public_key(&self) -> String {
        self.ssh.authorized_key("k8s-all")
    }
}

#[cfg(test)]
mod tests;
