//! A certificate signing request (PKCS #10, RFC 2986), written by a stranger.

use base64ct::{Base64, Encoding as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::oid::AssociatedOid as _;
use x509_cert::der::{Decode as _, DecodePem as _};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, ExtensionReq};

/// Larger than any kubelet's, even with a 4096-bit RSA key.
const LARGEST: usize = 32 * 1024;
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// What a request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `CN` of the subject.
    pub common_names: Vec<String>,
    /// `O` of the subject.
    pub organizations: Vec<String>,
    /// Whether the subject has anything else.
    pub other_names: bool,
    /// DNS names of the certificate.
    pub dns_names: Vec<String>,
    /// IP addresses of the certificate.
    pub addresses: Vec<IpAddr>,
}

impl Request {
    /// Parses base64 of PEM, as Kubernetes keeps it.
    ///
    /// # Errors
    /// It is no request, or one that asks for what no kubelet asks for.
    pub fn parse(base64: &str) -> Result<Self, String> {
        if base64.len() > LARGEST {
            return Err("it is too large".into());
        }
        let pem = Base64::decode_vec(base64).map_err(|_| "it is no base64")?;
        let request = CertReq::from_pem(pem).map_err(|error| format!("it cannot be read: {error}"))?;
        let mut parsed = Self::default();
        parsed.add_subject(&request.info.subject);
        for attribute in request.info.attributes.iter() {
            if attribute.oid != ExtensionReq::OID {
                return Err("it has an attribute that kubelet does not write".into());
            }
            for value in attribute.values.iter() {
                let extensions: Vec<Extension> =
                    value.decode_as().map_err(|_| "its extensions cannot be read")?;
                extensions.iter().try_for_each(|extension| parsed.add_extension(extension))?;
            }
        }
        Ok(parsed)
    }

    fn add_subject(&mut self, subject: &Name) {
        for attribute in subject.iter() {
            // both string types of RFC 5280 are UTF-8, and Go writes no others
            let text = String::from_utf8_lossy(attribute.value.value()).into_owned();
            match attribute.oid {
                COMMON_NAME => self.common_names.push(text),
                ORGANIZATION => self.organizations.push(text),
                _ => self.other_names = true,
            }
        }
    }

    fn add_extension(&mut self, extension: &Extension) -> Result<(), String> {
        if extension.extn_id != SubjectAltName::OID {
            return Err("it has an extension that kubelet does not write".into());
        }
        let names = SubjectAltName::from_der(extension.extn_value.as_bytes())
            .map_err(|_| "its names cannot be read")?;
        names.0.iter().try_for_each(|name| self.add_name(name))
    }

    fn add_name(&mut self, name: &GeneralName) -> Result<(), String> {
        match name {
            GeneralName::DnsName(name) => self.dns_names.push(name.to_string()),
            GeneralName::IpAddress(bytes) => self.addresses.push(ip(bytes.as_bytes())?),
            _ => return Err("it asks for a name that is neither DNS name nor IP address".into()),
        }
        Ok(())
    }
}

fn ip(bytes: &[u8]) -> Result<IpAddr, String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes)));
    let v6 = <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes)));
    v4.or(v6).map_err(|_| "one of its addresses has a wrong length".into())
}
