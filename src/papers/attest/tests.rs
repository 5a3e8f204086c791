//! Keys that openssl and ssh-keygen make, signatures that they check.

use super::*;
use crate::bake::{Output, Paper};
use crate::definition::Format;
use crate::digest::Sha256;
use crate::error;
use crate::papers::testing::Sample;
use crate::papers::{provenance, spdx};
use crate::plan::Inputs;
use crate::process::foreign;
use base64ct::{Base64, Encoding as _};
use std::collections::BTreeMap;

/// A folder with a stand-in for a disk and the papers of the sample.
struct Baked {
    dir: tempfile::TempDir,
    manifest: Manifest,
}

impl Baked {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sample = Sample::new("3.0.15-1");
        let subject = sample.subject();
        let sbom = serde_json::to_vec(&spdx::document(&subject).unwrap()).unwrap();
        let outputs = BTreeMap::from([("tiny.qcow2".to_owned(), Sha256::of("disk"))]);
        let byproducts = BTreeMap::from([("tiny.spdx.json".to_owned(), Sha256::of(&sbom))]);
        let statement = provenance::statement(&subject, &outputs, &byproducts).unwrap();
        let statement = serde_json::to_vec_pretty(&statement).unwrap();
        let papers = [("tiny.spdx.json", sbom), ("tiny.provenance.json", statement)];
        let paper = |bytes: &[u8]| Paper { size: bytes.len() as u64, sha256: Sha256::of(bytes) };
        let manifest = Manifest {
            schema: 1,
            image: "tiny".into(),
            key: Sha256::of(""),
            imgbuild: "0".into(),
            inputs: Inputs::new(),
            definition: serde_json::Value::Null,
            lock: sample.locked.lock().clone(),
            outputs: BTreeMap::from([(
                "tiny.qcow2".into(),
                Output { format: Format::Qcow2, size: 4, sha256: Sha256::of("disk") },
            )]),
            papers: papers.iter().map(|(name, bytes)| ((*name).to_owned(), paper(bytes))).collect(),
        };
        let baked = Self { dir, manifest };
        baked.write("tiny.qcow2", "disk");
        for (name, bytes) in &papers {
            baked.write(name, bytes);
        }
        baked
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs_err::write(self.path(name), bytes).unwrap();
    }

    /// Private and public key on P-256, made by openssl.
    fn pem(&self, name: &str) -> (PathBuf, PathBuf) {
        let (key, public) = (self.path(name), self.path(&format!("{name}.pem")));
        let curve = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
        foreign("openssl").args(curve).arg(&key).run().unwrap();
        foreign("openssl").args(["pkey", "-pubout", "-in"]).arg(&key).arg("-out").arg(&public).run().unwrap();
        (key, public)
    }

    fn ssh(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = self.path(name);
        foreign("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "a@b", "-f"])
            .arg(&key)
            .run()
            .unwrap();
        (key, self.path(&format!("{name}.pub")))
    }

    fn sign(&self, key: &Path) -> Result<Vec<PathBuf>> {
        sign(self.dir.path(), &self.manifest, key)
    }

    fn check(&self, key: &Path) -> Result<Checked> {
        check(self.dir.path(), "tiny", key)
    }

    #[track_caller]
    fn refused(&self, key: &Path, why: &str) {
        let error = self.check(key).unwrap_err();
        assert!(format!("{error:#}").contains(why), "{error:#}");
        assert_eq!(error::exit_code(&error), 5, "{error:#}");
        assert!(error::hint(&error).is_some());
    }
}

#[test]
fn envelopes_are_checked_by_their_key_alone() {
    let baked = Baked::new();
    let ((key, public), (_, other)) = (baked.pem("key"), baked.pem("other"));
    let written = baked.sign(&key).unwrap();
    assert_eq!(written, [baked.path("tiny.provenance.intoto.jsonl"), baked.path("tiny.spdx.intoto.jsonl")]);
    let checked = baked.check(&public).unwrap();
    let names: Vec<&str> = checked.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, checked.absent.len()), (vec!["tiny.qcow2", "tiny.spdx.json"], 0));
    baked.refused(&other, "no signature in the envelope is of that key");
}

#[test]
fn openssl_checks_what_an_envelope_signs() {
    let baked = Baked::new();
    let (key, public) = baked.pem("key");
    baked.sign(&key).unwrap();
    let envelope = fs_err::read(baked.path("tiny.provenance.intoto.jsonl")).unwrap();
    let envelope: serde_json::Value = serde_json::from_slice(&envelope).unwrap();
    let decoded = |value: &serde_json::Value| Base64::decode_vec(value.as_str().unwrap()).unwrap();
    let payload = decoded(&envelope["payload"]);
    let head = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len());
    baked.write("message", [head.as_bytes(), &payload].concat());
    baked.write("signature", decoded(&envelope["signatures"][0]["sig"]));
    let verify = foreign("openssl").args(["dgst", "-sha256", "-verify"]).arg(&public).arg("-signature");
    verify.arg(baked.path("signature")).arg(baked.path("message")).run().unwrap();
}

#[test]
fn ssh_signatures_are_checked_by_key_and_by_allowed_signers() {
    let baked = Baked::new();
    let ((key, public), (_, other)) = (baked.ssh("key"), baked.ssh("other"));
    baked.sign(&key).unwrap();
    assert_eq!(baked.check(&public).unwrap().signer, "imgbuild");
    let allowed = format!("# who\nops@example.org {}", fs_err::read_to_string(&public).unwrap());
    baked.write("allowed", allowed);
    assert_eq!(baked.check(&baked.path("allowed")).unwrap().signer, "ops@example.org");
    baked.refused(&other, "is by no key that is given");
}

#[test]
fn files_that_were_changed_after_signing_are_refused() {
    for (name, needs) in
        [("tiny.qcow2", "tiny.qcow2"), ("tiny.spdx.json", "tiny.spdx.json"), ("tiny.provenance.json", "")]
    {
        let baked = Baked::new();
        let ((key, public), (ssh, ssh_public)) = (baked.pem("key"), baked.ssh("ssh"));
        baked.sign(&key).unwrap();
        baked.sign(&ssh).unwrap();
        let mut bytes = fs_err::read(baked.path(name)).unwrap();
        bytes.push(b' ');
        baked.write(name, bytes);
        baked.refused(&public, needs);
        baked.refused(&ssh_public, needs);
        let error = baked.sign(&key).unwrap_err();
        assert!(error.to_string().contains("is not what was baked"), "{error:#}");
    }
}

#[test]
fn part_of_the_files_can_be_checked_but_not_none() {
    let baked = Baked::new();
    let (key, public) = baked.pem("key");
    baked.sign(&key).unwrap();
    fs_err::remove_file(baked.path("tiny.qcow2")).unwrap();
    let error = baked.check(&public).unwrap_err();
    assert!(error.to_string().contains("none of the signed files"), "{error:#}");
    assert_eq!(error::exit_code(&error), 2);
}

#[test]
fn what_is_no_such_key_or_signature_is_said() {
    let baked = Baked::new();
    let (key, public) = baked.pem("key");
    let said = |error: anyhow::Error| {
        assert!(error::hint(&error).is_some(), "{error:#}");
        format!("{error:#}")
    };
    assert!(said(baked.check(&public).unwrap_err()).contains("nothing to check"));
    assert!(said(baked.sign(&public).unwrap_err()).contains("is no private key on the curve P-256"));
    baked.write("encrypted", "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n");
    assert!(said(baked.sign(&baked.path("encrypted")).unwrap_err()).contains("is an encrypted key"));
    let text = fs_err::read_to_string(&public).unwrap().replace("MFk", "MGk");
    baked.write("bad.pem", text);
    baked.sign(&key).unwrap();
    assert!(said(baked.check(&baked.path("bad.pem")).unwrap_err()).contains("no public key on the curve"));
}
