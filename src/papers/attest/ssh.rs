//! Signatures by SSH keys (OpenSSH, `PROTOCOL.sshsig`), made and checked by `ssh-keygen`: it knows all kinds of keys,
//! asks for passphrases, and reaches agents and security keys.

use crate::Result;
use crate::environment;
use crate::error::{self, Fault, Kind};
use crate::process::Tool;
use std::io::Write as _;
use std::path::Path;

/// What the signatures are for: one that was made for something else is not accepted.
pub const NAMESPACE: &str = "imgbuild";
/// How public keys begin.
const KINDS: [&str; 3] = ["ssh-", "ecdsa-sha2-", "sk-"];

/// The file name of the signature on the paper called `paper`.
pub fn name(paper: &str) -> String {
    format!("{paper}.sig")
}

/// Whether `text` is the line of one public key.
pub fn is_public_key(text: &str) -> bool {
    KINDS.iter().any(|kind| text.trim_start().starts_with(kind)) && text.trim().lines().count() == 1
}

/// The signature of the key in the file `key` on `message`.
pub fn sign(key: &Path, message: &[u8]) -> Result<Vec<u8>> {
    let tool = environment::PASSED_TO_SSH.iter().fold(Tool::new("ssh-keygen"), |tool, name| {
        environment::variable(name).into_iter().fold(tool, |tool, value| tool.env(name, value))
    });
    tool.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .filter(|stdin| Ok(stdin.write_all(message)?))
}

/// Who is believed.
pub struct Signers {
    folder: tempfile::TempDir,
}

impl Signers {
    /// Of the text of one public key, or of a file of allowed signers (ssh-keygen(1), "ALLOWED SIGNERS").
    pub fn of(text: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("imgbuild-signers-").tempdir()?;
        let lines = if is_public_key(text) { format!("imgbuild {}\n", text.trim()) } else { text.to_owned() };
        fs_err::write(folder.path().join("allowed"), lines)?;
        Ok(Self { folder })
    }

    /// Checks `signature` on `message`; returns the principal whose it is.
    pub fn check(&self, signature: &[u8], message: &[u8]) -> Result<String> {
        let (allowed, file) = (self.folder.path().join("allowed"), self.folder.path().join("signature"));
        fs_err::write(&file, signature)?;
        let tool = |verb: &str| {
            Tool::new("ssh-keygen")
                .args(["-Y", verb, "-n", NAMESPACE, "-f"])
                .arg(&allowed)
                .arg("-s")
                .arg(&file)
        };
        let principals =
            tool("find-principals").text().map_err(|error| refused(error, "is by no key that is given"))?;
        let principal = principals.lines().next().unwrap_or_default().to_owned();
        let verify = tool("verify").args(["-I", &principal]);
        verify
            .run_fed(|stdin| Ok(stdin.write_all(message)?))
            .map_err(|error| refused(error, "is not on that file"))?;
        Ok(principal)
    }
}

/// `ssh-keygen` fails for a wrong signature as for anything else, but for not being there at all.
fn refused(error: anyhow::Error, why: &str) -> anyhow::Error {
    if !error::is(&error, Kind::Child) {
        return error;
    }
    Fault::mismatch(format!("the signature {why}: {error}"))
        .hint("check with the public key, or the allowed signers, of whoever signed it")
        .into()
}
