//! The PKI as kubeadm lays it out below `/etc/kubernetes/pki`.

use super::authority::Authority;
use super::{Secret, Secrets};
use std::collections::BTreeMap;

impl Secrets {
    /// Path below `/etc/kubernetes/pki` to PEM: what control planes get. Names that end in `.key` are secret.
    pub fn pki(&self) -> BTreeMap<String, Secret> {
        let authorities =
            [("ca", &self.kubernetes), ("front-proxy-ca", &self.front_proxy), ("etcd/ca", &self.etcd)];
        let service_account = [
            ("sa.key".to_owned(), self.service_account.private_pem().clone()),
            ("sa.pub".to_owned(), Secret::new(self.service_account.public_pem())),
        ];
        authorities
            .into_iter()
            .flat_map(|(name, authority)| files(name, authority))
            .chain(service_account)
            .collect()
    }

    /// `sha256:` and the digest of the cluster CA's public key: what `caCertHashes` pins.
    pub fn ca_cert_hash(&self) -> String {
        self.kubernetes.pin()
    }

    /// The cluster CA's certificate in PEM.
    pub fn ca_certificate(&self) -> &str {
        self.kubernetes.certificate()
    }
}

fn files(name: &str, authority: &Authority) -> [(String, Secret); 2] {
    let certificate = Secret::new(authority.certificate());
    [(format!("{name}.crt"), certificate), (format!("{name}.key"), authority.key().private_pem().clone())]
}
