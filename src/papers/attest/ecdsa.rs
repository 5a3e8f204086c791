//! ECDSA on the curve P-256 with SHA-256, signatures in ASN.1: what cosign makes and checks.

use crate::Result;
use crate::error::Fault;
use crate::secrets::Key;
use rcgen::SigningKey as _;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use std::path::Path;
use x509_cert::der::DecodePem as _;
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};

/// Label of a public key in PEM.
pub const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----";
/// `id-ecPublicKey` (RFC 5480, 2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `secp256r1` (RFC 5480, 2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// The signature of `key` on `message`.
pub fn sign(key: &Key, message: &[u8]) -> Result<Vec<u8>> {
    Ok(key.pair()?.sign(message)?)
}

/// A public key.
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// The key in `pem`, the text of the file at `path`.
    pub fn parse(pem: &str, path: &Path) -> Result<Self, Fault> {
        let refuse = || {
            Fault::usage(format!("`{}` is no public key on the curve P-256", path.display()))
                .hint("write it by `openssl pkey -in KEY -pubout`, or give cosign's `.pub`")
        };
        let info = SubjectPublicKeyInfoOwned::from_pem(pem.trim_start()).map_err(|_| refuse())?;
        let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        if info.algorithm.oid != EC || curve != Some(P256) {
            return Err(refuse());
        }
        info.subject_public_key.as_bytes().map(|point| Self(point.to_vec())).ok_or_else(refuse)
    }

    /// Whether `signature` is this key's on `message`.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0).verify(message, signature).is_ok()
    }
}
