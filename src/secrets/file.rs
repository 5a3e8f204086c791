//! The secrets' file: YAML (or JSON, which is YAML) with a schema number. Whoever wrote it, what is wrong with it
//! is said by place and name only; no value is shown.

use super::authority::Authority;
use super::key::Key;
use super::make::{ETCD, FRONT_PROXY, KUBERNETES, ROLES};
use super::{Secret, Secrets, Token};
use crate::Result;
use crate::cluster::Role;
use crate::error::Fault;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The format's version.
const SCHEMA: u32 = 1;
/// What is written above it.
const HEADER: &str =
    "# Secrets of a cluster, made by imgbuild. Keep them: its hosts cannot be rendered again without.\n";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: u32,
    cluster: String,
    kubernetes_ca: RawAuthority,
    front_proxy_ca: RawAuthority,
    etcd_ca: RawAuthority,
    service_account_key: Secret,
    tokens: Vec<Token>,
    certificate_key: Secret,
    ssh_key: Secret,
    keepalived_password: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAuthority {
    certificate: String,
    key: Secret,
}

impl RawAuthority {
    fn of(authority: &Authority) -> Self {
        Self { certificate: authority.certificate().to_owned(), key: authority.key().private_pem().clone() }
    }
}

/// The text to keep.
pub fn write(secrets: &Secrets) -> Result<String> {
    let raw = Raw {
        schema: SCHEMA,
        cluster: secrets.cluster.clone(),
        kubernetes_ca: RawAuthority::of(&secrets.kubernetes),
        front_proxy_ca: RawAuthority::of(&secrets.front_proxy),
        etcd_ca: RawAuthority::of(&secrets.etcd),
        service_account_key: secrets.service_account.private_pem().clone(),
        tokens: secrets.tokens.clone(),
        certificate_key: secrets.certificate_key.clone(),
        ssh_key: secrets.ssh.private_pem().clone(),
        keepalived_password: secrets.keepalived_password.clone(),
    };
    Ok(format!("{HEADER}{}", serde_yaml::to_string(&raw)?))
}

/// The secrets in `text`, which was read from `path`.
pub fn read(text: &str, path: &Path) -> Result<Secrets, Fault> {
    let raw: Raw = serde_yaml::from_str(text).map_err(|error| malformed(&error, path))?;
    let at = Place { path };
    if raw.schema != SCHEMA {
        return Err(at
            .fault("schema", "is not 1")
            .hint("use the imgbuild that made the file, or a newer one"));
    }
    Ok(Secrets {
        kubernetes: at.authority("kubernetes_ca", KUBERNETES, raw.kubernetes_ca)?,
        front_proxy: at.authority("front_proxy_ca", FRONT_PROXY, raw.front_proxy_ca)?,
        etcd: at.authority("etcd_ca", ETCD, raw.etcd_ca)?,
        service_account: at.key("service_account_key", &raw.service_account_key)?,
        tokens: at.tokens(raw.tokens)?,
        certificate_key: at.certificate_key(raw.certificate_key)?,
        ssh: at.key("ssh_key", &raw.ssh_key)?,
        keepalived_password: at.password(raw.keepalived_password)?,
        cluster: raw.cluster,
    })
}

/// The parser's own message shows the lines around the place, so it is not used.
fn malformed(error: &serde_yaml::Error, path: &Path) -> Fault {
    let place = error.location().map(|at| format!(":{}:{}", at.line(), at.column())).unwrap_or_default();
    Fault::input(format!("{}{place}: does not belong in a file of secrets", path.display()))
        .hint("what is there is not shown, as it may be secret; restore the file from a copy")
}

/// Where messages point.
struct Place<'a> {
    path: &'a Path,
}

impl Place<'_> {
    fn fault(&self, key: &str, message: &str) -> Fault {
        Fault::input(format!("{}: `{key}`: {message}", self.path.display()))
    }

    fn moved(&self, key: &str, fault: Fault) -> Fault {
        Fault { message: self.fault(key, &fault.message).message, ..fault }
    }

    fn authority(&self, key: &str, name: &'static str, raw: RawAuthority) -> Result<Authority, Fault> {
        Authority::read(name, raw.certificate, &raw.key).map_err(|fault| self.moved(key, fault))
    }

    fn key(&self, key: &str, pem: &Secret) -> Result<Key, Fault> {
        Key::read(pem).map_err(|fault| self.moved(key, fault))
    }

    /// Each is well-formed, and each role has one.
    fn tokens(&self, tokens: Vec<Token>) -> Result<Vec<Token>, Fault> {
        if let Some(index) = tokens.iter().position(|token| token.parts().is_none()) {
            let fault = self.fault(&format!("tokens[{index}].token"), "is no bootstrap token");
            return Err(fault.hint("six and sixteen lower-case letters and digits with a dot between them"));
        }
        let lacks = |role: &Role| tokens.iter().all(|token| token.role != *role);
        if ROLES.iter().any(lacks) {
            let fault = self.fault("tokens", "has none for control planes or none for workers");
            return Err(fault.hint("restore the file from a copy"));
        }
        Ok(tokens)
    }

    fn certificate_key(&self, key: Secret) -> Result<Secret, Fault> {
        let digits = key.expose().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if digits && key.expose().len() == 64 {
            Ok(key)
        } else {
            Err(self.fault("certificate_key", "is no AES key").hint("64 lower-case hex digits"))
        }
    }

    fn password(&self, password: Secret) -> Result<Secret, Fault> {
        let plain = password.expose().bytes().all(|b| b.is_ascii_alphanumeric());
        if plain && (1..=8).contains(&password.expose().len()) {
            Ok(password)
        } else {
            Err(self
                .fault("keepalived_password", "is no password for VRRP")
                .hint("one to eight letters and digits"))
        }
    }
}
