//! Certificates are valid from a time on, so the clock must have passed it. Whether it is right as well only a
//! time server can tell, and not every site has one.

use super::configuration::PKI;
use super::failure::{Failure, Outcome};
use super::host::{Command, Host};
use x509_cert::Certificate;
use x509_cert::der::DecodePem as _;

/// How long after power-on a time server is waited for.
const PATIENCE_MS: u64 = 60_000;

/// Waits until the cluster's CA is valid and the clock is synchronised; a minute after power-on goes on without
/// synchronisation, and notes it.
pub fn wait(host: &impl Host) -> Outcome {
    let now = host.now();
    if let Some(since) = valid_since(host)?.filter(|since| now.wall < *since) {
        let behind = since - now.wall;
        return Err(Failure::Again(format!("the clock is {behind} s before the cluster's CA came to be")));
    }
    if is_synchronised(host) {
        return Ok(None);
    }
    if now.uptime_ms < PATIENCE_MS {
        return Err(Failure::again("no time server has confirmed the clock yet"));
    }
    Ok(Some("no time server has confirmed the clock".to_owned()))
}

/// The time in seconds since 1970 from which the cluster's CA is valid; `None` without a CA made beforehand.
fn valid_since(host: &impl Host) -> Result<Option<u64>, Failure> {
    let path = host.path(PKI).join("ca.crt");
    if !path.exists() {
        return Ok(None);
    }
    let certificate = Certificate::from_pem(fs_err::read(&path)?)
        .map_err(|error| Failure::Never(format!("`{}` is no certificate: {error}", path.display())))?;
    let since = certificate.tbs_certificate().validity().not_before.to_unix_duration();
    Ok(Some(since.as_secs()))
}

/// What the kernel knows, whoever keeps the clock (`adjtimex`).
fn is_synchronised(host: &impl Host) -> bool {
    let command = Command::new(["timedatectl", "show", "--property=NTPSynchronized", "--value"]);
    host.run(&command).is_ok_and(|told| told.text().trim() == "yes")
}
