//! The PKI that was made beforehand: whole on control planes, the CA's certificate alone on workers.

use super::file::{File, Secrecy};
use super::{Part, Site};
use crate::node::configuration::PKI;

const CA: &str = "ca.crt";

/// The files below the agent's `pki`.
pub fn files(site: &Site, part: &Part) -> Vec<File> {
    // with uploaded certificates only the first control plane has them; the others fetch them with the key
    let whole = part.is_first() || (part.is_control_plane() && !site.cluster().upload_certificates);
    let wanted = site.keys.pki.iter().filter(|(name, _)| whole || name.as_str() == CA);
    wanted.map(|(name, pem)| file(name, pem)).collect()
}

fn file(name: &str, pem: &str) -> File {
    let path = format!("{PKI}/{name}");
    if name.strip_suffix(".key").is_some() {
        File::secret(path, pem, Secrecy::Secret)
    } else {
        File::public(path, pem)
    }
}
