//! Client certificates that the operator's machine makes for itself, to look into the cluster.

use super::authority::set_validity;
use super::key::Key;
use super::{Secret, Secrets};
use crate::{Result, environment};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose};

/// A year, as that of kubeadm's `admin.conf`.
const LIFETIME: u64 = 365 * 86_400;

/// A client certificate with its key, both PEM.
#[derive(Debug, Clone)]
pub struct Client {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: Secret,
}

impl Secrets {
    /// A client certificate for `name` that may do everything (group `system:masters`).
    pub fn administrator(&self, name: &str) -> Result<Client> {
        let key = Key::make()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.distinguished_name.push(DnType::OrganizationName, "system:masters");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        set_validity(&mut params, environment::wall_clock(), LIFETIME);
        let certificate = params.signed_by(&key.pair()?, &self.kubernetes.issuer()?)?;
        Ok(Client { certificate: certificate.pem(), key: key.private_pem().clone() })
    }
}
