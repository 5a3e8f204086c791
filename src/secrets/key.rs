//! Key pairs on the curve P-256.

use super::Secret;
use crate::Result;
use crate::error::Fault;
use base64ct::{Base64, Encoding as _};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _};

/// The name of such keys in SSH (RFC 5656, sections 3.1 and 6.2.1).
const SSH_KIND: &str = "ecdsa-sha2-nistp256";
const SSH_CURVE: &str = "nistp256";

/// A private key and what follows from it.
#[derive(Clone)]
pub struct Key {
    private: Secret,
    /// The public key in the form of SEC 1: 4, x, y.
    point: Vec<u8>,
    public_pem: String,
    spki: Vec<u8>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<secret>")
    }
}

impl Key {
    /// A new one; the randomness is that of *ring*, which asks the kernel.
    pub fn make() -> Result<Self> {
        Ok(Self::of(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?))
    }

    /// The key in `pem`, which is PKCS#8. The fault shows nothing of it.
    pub fn read(pem: &Secret) -> Result<Self, Fault> {
        let pair =
            KeyPair::from_pkcs8_pem_and_sign_algo(pem.expose(), &PKCS_ECDSA_P256_SHA256).map_err(|_| {
                Fault::input("is no private key on the curve P-256 in PKCS#8 and PEM")
                    .hint("convert it by `openssl pkcs8 -topk8 -nocrypt`")
            })?;
        Ok(Self { private: pem.clone(), ..Self::of(&pair) })
    }

    fn of(pair: &KeyPair) -> Self {
        Self {
            private: Secret::new(pair.serialize_pem()),
            point: pair.public_key_raw().to_vec(),
            public_pem: pair.public_key_pem(),
            spki: pair.subject_public_key_info(),
        }
    }

    /// As rcgen wants it, for signing.
    pub fn pair(&self) -> Result<KeyPair> {
        Ok(KeyPair::from_pkcs8_pem_and_sign_algo(self.private.expose(), &PKCS_ECDSA_P256_SHA256)?)
    }

    /// PKCS#8 in PEM.
    pub fn private_pem(&self) -> &Secret {
        &self.private
    }

    /// `SubjectPublicKeyInfo` in PEM.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// `SubjectPublicKeyInfo` in DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The public key as a line of `authorized_keys`, without line break.
    pub fn authorized_key(&self, comment: &str) -> String {
        let fields = [SSH_KIND.as_bytes(), SSH_CURVE.as_bytes(), &self.point];
        let length = |field: &[u8]| u32::try_from(field.len()).unwrap_or_default().to_be_bytes();
        let blob: Vec<u8> = fields.iter().flat_map(|field| [&length(field)[..], field].concat()).collect();
        format!("{SSH_KIND} {} {comment}", Base64::encode_string(&blob))
    }
}
