//! How archives are reached: as the machine's own apt is told to, and with `--ca-file`.
//!
//! All that is set below `Acquire::http` and `Acquire::https` (proxies, timeouts, authorities, client certificates,
//! whether servers' are checked) and the family of addresses are taken over, and nothing else: they decide about no
//! byte of an index, whose signature is checked in any case.

use crate::Result;
use crate::environment::{self, SSL_CERT_FILE};
use crate::process::Tool;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What apt trusts unless it is told something else.
const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";
/// The option with the file of authorities; apt's options have no case.
const AUTHORITIES: &str = "acquire::https::cainfo";
/// Beginnings of the options that are taken over, host-specific variants included.
const TAKEN: [&str; 4] =
    ["acquire::http::", "acquire::https::", "acquire::forceipv4 ", "acquire::forceipv6 "];

/// Lines of an apt.conf(5) for an apt of our own, whose file of authorities is written into `folder` if it needs one.
pub fn settings(ca_file: Option<&Path>, folder: &Path) -> Result<String> {
    let dump = Tool::new("apt-config").args(["dump", "--no-empty", "Acquire"]).text()?;
    let told = environment::variable(SSL_CERT_FILE).map(PathBuf::from);
    let Some(pem) = authorities(&dump, told.as_deref(), ca_file)? else { return Ok(taken(&dump)) };
    let bundle = folder.join("authorities.pem");
    fs_err::write(&bundle, pem)?;
    // of two lines for one option the last one counts
    Ok(format!("{}Acquire::https::CAInfo \"{}\";\n", taken(&dump), bundle.display()))
}

/// The lines of `dump` that say how archives are reached.
fn taken(dump: &str) -> String {
    let is_taken = |line: &&str| {
        let line = line.to_ascii_lowercase();
        TAKEN.iter().any(|beginning| line.starts_with(beginning))
    };
    dump.lines().filter(is_taken).flat_map(|line| [line, "\n"]).collect()
}

/// The value of the option `name` (lower-case) in `dump`.
fn option<'a>(dump: &'a str, name: &str) -> Option<&'a str> {
    let value = |line: &'a str| {
        let (key, value) = line.split_once(' ')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim_end_matches(';').trim_matches('"'))
    };
    dump.lines().find_map(value)
}

/// The authorities to trust, if they are not those that apt trusts by itself: `ca_file` is added to what the
/// machine's apt has, else to what the environment has `told`, else to the system's.
fn authorities(dump: &str, told: Option<&Path>, ca_file: Option<&Path>) -> Result<Option<Vec<u8>>> {
    if told.is_none() && ca_file.is_none() {
        return Ok(None);
    }
    let machine = option(dump, AUTHORITIES).map(Path::new);
    let mut pem = read_if_there(machine.or(told).unwrap_or(Path::new(SYSTEM)))?;
    if let Some(file) = ca_file {
        pem.push(b'\n');
        pem.extend(fs_err::read(file)?);
    }
    Ok(Some(pem))
}

/// Nothing where there is no file: a machine without authorities must still reach a plain HTTP mirror.
fn read_if_there(path: &Path) -> Result<Vec<u8>> {
    match fs_err::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => Ok(read?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `apt-config dump` prints it: apt knows options without case and keeps how they were written first.
    const DUMP: &str = r#"Acquire::AllowInsecureRepositories "1";
Acquire::Check-Valid-Until "false";
Acquire::ForceIPv4 "true";
Acquire::ForceIPv4x "true";
Acquire::http::Proxy "http://me:secret@proxy.example.org:3128";
Acquire::http::Proxy::a.example.org "DIRECT";
Acquire::HTTP::Timeout "7";
Acquire::https::CaInfo "/etc/ca of ours.pem";
Acquire::https::CAPath "/etc/ca";
Acquire::https::SslCert::a.example.org "/etc/me.pem";
Acquire::https::SslKey::a.example.org "/etc/me.key";
Acquire::https::Verify-Peer "true";
Acquire::httpsish::Verify-Peer "false";
Acquire::Languages:: "none";
"#;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["machine", "told", "own"] {
            fs_err::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn trusted(dump: &str, told: Option<&Path>, own: Option<&Path>) -> Option<String> {
        authorities(dump, told, own).unwrap().map(|pem| String::from_utf8(pem).unwrap())
    }

    #[test]
    fn what_says_how_archives_are_reached_is_taken_and_nothing_else() {
        let left = ["Allow", "Check", "ForceIPv4x", "httpsish", "Languages"];
        let expected = DUMP.lines().filter(|line| !left.iter().any(|name| line.contains(name)));
        assert_eq!(taken(DUMP).lines().collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert_eq!(taken(DUMP).lines().count(), 9);
        assert_eq!(taken(""), "");
    }

    #[test]
    fn an_option_is_found_by_its_whole_name() {
        assert_eq!(option(DUMP, AUTHORITIES), Some("/etc/ca of ours.pem"));
        assert_eq!(option(DUMP, "acquire::https::sslcert"), None);
    }

    #[test]
    fn authorities_of_ones_own_come_besides_those_that_are_trusted_anyway() {
        let folder = folder();
        let [machine, told, own] = ["machine", "told", "own"].map(|name| folder.path().join(name));
        let dump = format!("Acquire::https::CAInfo \"{}\";\n", machine.display());
        assert_eq!(trusted(&dump, None, None), None);
        assert_eq!(trusted(&dump, Some(&told), Some(&own)).as_deref(), Some("machine\nown"));
        assert_eq!(trusted("", Some(&told), Some(&own)).as_deref(), Some("told\nown"));
        assert_eq!(trusted("", Some(&told), None).as_deref(), Some("told"));
        let nowhere = folder.path().join("nowhere");
        assert_eq!(trusted("", Some(&nowhere), Some(&own)).as_deref(), Some("\nown"));
        assert!(authorities("", None, Some(&nowhere)).is_err());
    }
}
