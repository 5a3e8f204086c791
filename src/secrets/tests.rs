//! Secrets from making to keeping, judged by the programs that will read them.

use super::*;
use crate::error;
use crate::process::Tool;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        fs_err::write(self.path(name), text).unwrap();
        fs_err::set_permissions(self.path(name), PermissionsExt::from_mode(0o600)).unwrap();
        self.path(name)
    }
}

fn openssl(arguments: &[&str], file: &Path) -> String {
    Tool::new("openssl").args(arguments).arg(file).text().unwrap()
}

#[test]
fn secrets_are_made_once_for_their_owner_alone() {
    let folder = Folder::new();
    let path = folder.path("secrets/book.yaml");
    let made = load_or_make(&path, "book").unwrap();
    assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let read = load_or_make(&path, "book").unwrap();
    assert_eq!(made.pki(), read.pki());
    assert_eq!(made.token_for(Role::Worker), read.token_for(Role::Worker));
    assert_eq!(made.certificate_key(), read.certificate_key());
    assert_eq!(made.ssh_public_key(), read.ssh_public_key());
    assert_ne!(made.token_for(Role::Worker).token, made.token_for(Role::ControlPlane).token);
}

#[test]
fn nothing_secret_is_printed() {
    let secrets = Secrets::make("book").unwrap();
    let debug =
        format!("{secrets:?} {} {:?}", secrets.certificate_key(), secrets.administrator("me").unwrap());
    assert!(!debug.contains("PRIVATE KEY") && debug.contains("<secret>"), "{debug}");
    for hidden in
        [secrets.certificate_key(), secrets.keepalived_password(), &secrets.token_for(Role::Worker).token]
    {
        assert!(!debug.contains(hidden.expose()));
    }
}

#[test]
fn openssl_reads_the_authorities() {
    let folder = Folder::new();
    let secrets = Secrets::make("book").unwrap();
    for (name, common_name) in
        [("ca", "kubernetes"), ("front-proxy-ca", "front-proxy-ca"), ("etcd/ca", "etcd-ca")]
    {
        let file = folder.write("ca.crt", secrets.pki()[&format!("{name}.crt")].expose());
        let text =
            openssl(&["x509", "-noout", "-subject", "-ext", "basicConstraints,keyUsage", "-in"], &file);
        assert!(
            text.contains(&format!("CN = {common_name}")) || text.contains(&format!("CN={common_name}")),
            "{text}"
        );
        assert!(text.contains("CA:TRUE") && text.contains("Certificate Sign"), "{text}");
        // ten years less a day are left
        openssl(&["x509", "-noout", "-checkend", "315100000", "-in"], &file);
    }
}

#[test]
fn the_pin_is_that_of_the_certificate() {
    let folder = Folder::new();
    let secrets = Secrets::make("book").unwrap();
    let certificate = folder.write("ca.crt", secrets.ca_certificate());
    let public = folder.write("public.pem", &openssl(&["x509", "-noout", "-pubkey", "-in"], &certificate));
    let der = folder.path("public.der");
    let pkey = Tool::new("openssl").args(["pkey", "-pubin", "-outform", "DER", "-in"]).arg(public);
    pkey.arg("-out").arg(&der).run().unwrap();
    let digest = crate::digest::Sha256::of(fs_err::read(der).unwrap());
    assert_eq!(secrets.ca_cert_hash(), format!("sha256:{digest}"));
}

#[test]
fn openssl_accepts_the_administrators_certificate() {
    let folder = Folder::new();
    let secrets = Secrets::make("book").unwrap();
    let administrator = secrets.administrator("me").unwrap();
    let certificate = folder.write("client.crt", &administrator.certificate);
    let authority = folder.write("ca.crt", secrets.ca_certificate());
    let verify = Tool::new("openssl").args(["verify", "-purpose", "sslclient", "-CAfile"]).arg(authority);
    verify.arg(&certificate).run().unwrap();
    let subject = openssl(&["x509", "-noout", "-subject", "-in"], &certificate);
    assert!(subject.contains("system:masters"), "{subject}");
}

#[test]
fn openssh_reads_the_key() {
    let folder = Folder::new();
    let secrets = Secrets::make("book").unwrap();
    let key = folder.write("key", secrets.ssh_private_key().expose());
    let public = Tool::new("ssh-keygen").args(["-y", "-f"]).arg(key).text().unwrap();
    assert_eq!(format!("{} k8s-all", public.trim_end()), secrets.ssh_public_key());
}

#[test]
fn rotating_adds_tokens_and_drops_old_ones() {
    let folder = Folder::new();
    let path = folder.path("book.yaml");
    let old = load_or_make(&path, "book").unwrap();
    let new = rotate(&path, "book", DAY).unwrap();
    assert_eq!((old.tokens.len(), new.tokens.len()), (2, 4));
    assert_eq!(rotate(&path, "book", Duration::ZERO).unwrap().tokens.len(), 2);
    assert_eq!(old.pki(), load(&path, "book").unwrap().pki());
}

#[test]
fn tokens_for_a_running_cluster_say_when_they_expire() {
    let mut secrets = Secrets::make("book").unwrap();
    secrets.tokens.iter_mut().for_each(|token| token.made = 0);
    let manifests = secrets.token_manifests(DAY).unwrap();
    assert_eq!(manifests.matches("kind: Secret").count(), 2);
    assert!(manifests.contains("1970-01-02T00:00:00Z") && manifests.contains("kube-system"), "{manifests}");
}

#[test]
fn a_file_that_others_can_read_or_of_another_cluster_is_refused() {
    let folder = Folder::new();
    let path = folder.path("book.yaml");
    load_or_make(&path, "book").unwrap();
    let other = load(&path, "other").unwrap_err();
    assert!(other.to_string().contains("belong to another cluster"), "{other}");
    fs_err::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let readable = load(&path, "book").unwrap_err();
    assert!(readable.to_string().contains("has mode 0640"), "{readable}");
    assert!(error::hint(&readable).unwrap().starts_with("chmod 600"));
}

#[test]
fn git_must_ignore_the_file() {
    let folder = Folder::new();
    Tool::new("git").args(["init", "--quiet"]).directory(folder.0.path()).run().unwrap();
    let path = folder.path("secrets/book.yaml");
    let refused = load_or_make(&path, "book").unwrap_err();
    assert_eq!(error::exit_code(&refused), 3);
    assert!(error::hint(&refused).unwrap().contains("`/secrets` to `.gitignore`"), "{refused}");
    assert!(!path.exists());
    folder.write(".gitignore", "/secrets\n");
    load_or_make(&path, "book").unwrap();
}

#[test]
fn what_is_wrong_with_a_file_is_said_without_showing_it() {
    let folder = Folder::new();
    let good = file::write(&Secrets::make("book").unwrap()).unwrap();
    let token = |text: &str| text.split("token: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let key = |text: &str| text.split("certificate_key: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let other = file::write(&Secrets::make("book").unwrap()).unwrap();
    let pem =
        |text: &str| text.split("certificate: ").nth(1).unwrap().split("  key:").next().unwrap().to_owned();
    let table = [
        (good.replace("schema: 1", "schema: 2"), "`schema`: is not 1"),
        (good.replace("schema: 1", "schema: hidden"), "does not belong in a file of secrets"),
        (good.replace("schema: 1", "schema: 1\nhidden: 1"), "does not belong in a file of secrets"),
        (format!("{good}hidden: [\n"), "does not belong in a file of secrets"),
        (good.replacen(&token(&good), "hidden.hidden", 1), "`tokens[0].token`: is no bootstrap token"),
        (
            good.replace("role: worker", "role: control-plane"),
            "`tokens`: has none for control planes or none",
        ),
        (good.replace(&key(&good), "hidden"), "`certificate_key`: is no AES key"),
        (good.replace("BEGIN PRIVATE", "BEGIN hidden"), "`kubernetes_ca`: is no private key"),
        (good.replacen(&pem(&good), &pem(&other), 1), "`kubernetes_ca`: has a certificate of another key"),
    ];
    for (text, expected) in table {
        assert!(text != good, "{expected}");
        let error = load(&folder.write("a.yaml", &text), "book").expect_err(expected);
        let shown = format!("{error:#} {}", error::hint(&error).unwrap());
        assert!(shown.contains(expected), "{shown}\nexpected {expected}");
        assert!(!shown.contains("hidden") && !shown.contains("BEGIN"), "{shown}");
        assert_eq!(error::exit_code(&error), 3, "{shown}");
    }
}
