//! Certificate authorities and the TLS implementation.

use crate::Result;
use crate::error::Fault;
use reqwest::Certificate;
use std::path::Path;

/// reqwest is built without a TLS provider of its own and panics if the process has none.
pub fn install_provider() {
    // An error means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The certificates of a PEM file.
pub fn authorities(path: &Path) -> Result<Vec<Certificate>> {
    let pem = fs_err::read(path)?;
    let found = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if found.is_empty() {
        return Err(Fault::input(format!("`{}` holds no PEM certificate", path.display()))
            .hint("give `--ca-file` a file with `-----BEGIN CERTIFICATE-----` in it")
            .into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            fs_err::write(file.path(), text).unwrap();
            assert!(authorities(file.path()).is_err(), "{text}");
        }
    }
}
