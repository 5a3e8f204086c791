//! Certificate authorities, made before there is a cluster so that every join can pin them.

use super::Secret;
use super::key::Key;
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::der::{DecodePem as _, Encode as _};

const DAY: u64 = 86_400;
/// Clocks of hosts may be behind the operator's.
const BACKDATED: u64 = DAY;
/// As kubeadm's own.
const LIFETIME: u64 = 3650 * DAY;

/// A CA's certificate and key.
#[derive(Debug, Clone)]
pub struct Authority {
    certificate: String,
    key: Key,
    name: &'static str,
}

impl Authority {
    /// A new one called `name`, made at `now` (seconds since 1970).
    pub fn make(name: &'static str, now: u64) -> Result<Self> {
        let key = Key::make()?;
        let mut params = params(name);
        set_validity(&mut params, now, LIFETIME);
        let certificate = params.self_signed(&key.pair()?)?.pem();
        Ok(Self { certificate, key, name })
    }

    /// The CA called `name` in `certificate` and `key`, both PEM. The fault shows nothing of either.
    pub fn read(name: &'static str, certificate: String, key: &Secret) -> Result<Self, Fault> {
        let key = Key::read(key)?;
        let parsed = Certificate::from_pem(&certificate)
            .map_err(|_| Fault::input("has a certificate that is none in PEM").hint("restore the file"))?;
        let tbs = parsed.tbs_certificate();
        let spki = tbs.subject_public_key_info().to_der().unwrap_or_default();
        if spki != key.spki() {
            return Err(Fault::input("has a certificate of another key").hint("restore the file"));
        }
        if common_name(&parsed).as_deref() != Some(name) {
            let message = format!("has a certificate that is not for `CN={name}` alone");
            return Err(Fault::input(message).hint("restore the file"));
        }
        Ok(Self { certificate, key, name })
    }

    /// The certificate in PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What `caCertHashes` pins: the digest of the public key's `SubjectPublicKeyInfo` (RFC 7469).
    pub fn pin(&self) -> String {
        Sha256::of(self.key.spki()).prefixed()
    }

    /// What signs certificates in its name.
    pub fn issuer(&self) -> Result<Issuer<'static, KeyPair>> {
        Ok(Issuer::new(params(self.name), self.key.pair()?))
    }
}

/// What kubeadm's own CAs have (`k8s.io/client-go/util/cert`, `NewSelfSignedCACert`).
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::KeyCertSign,
    ];
    params
}

/// The name `CN=name`.
fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// Valid for `lifetime` seconds that began a day before `now` (seconds since 1970).
pub fn set_validity(params: &mut CertificateParams, now: u64, lifetime: u64) {
    let time = |seconds: u64| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
    let begin = now.saturating_sub(BACKDATED);
    params.not_before = time(begin);
    params.not_after = time(begin + lifetime);
}

/// The subject's common name, if that is all that it has.
fn common_name(certificate: &Certificate) -> Option<String> {
    let subject = certificate.tbs_certificate().subject();
    let name = subject.common_name().ok().flatten()?;
    (subject.len() == 1).then(|| name.value().into_owned())
}
