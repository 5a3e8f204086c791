//! Checks signatures, and that the files are those that were signed.

use super::super::statement::{PROVENANCE, Resource, SPDX, Statement};
use super::ecdsa::{self, PublicKey};
use super::ssh::{self, Signers};
use super::{dsse, provenance_name, sbom_name};
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::output::extents;
use anyhow::Context as _;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    /// Who signed, as far as the key's file says.
    pub signer: String,
    /// Files that are those that were signed, with their digests.
    pub files: Vec<(String, Sha256)>,
    /// Files that were signed and are not here.
    pub absent: Vec<String>,
}

/// Checks the signatures in `folder` on the papers of the image called `image` against the public key (PEM or SSH) or
/// the allowed signers in the file `key`, and all files that they name and that are there.
///
/// # Errors
/// [`crate::error::Kind::Mismatch`] for a signature of another key and for a file that is not the one that was
/// signed; [`crate::error::Kind::Usage`] if nothing is signed or none of the image's files is there.
pub fn check(folder: &Path, image: &str, key: &Path) -> Result<Checked> {
    let text = fs_err::read_to_string(key)?;
    let folder = Folder { path: folder, image };
    let (signer, statement) = if text.contains(ecdsa::PUBLIC_KEY) {
        let key = PublicKey::parse(&text, key)?;
        (String::from("that key"), folder.enveloped(|message, signature| key.has_signed(message, signature))?)
    } else {
        folder.signed(&Signers::of(&text)?)?
    };
    folder.files(signer, &statement)
}

struct Folder<'a> {
    path: &'a Path,
    image: &'a str,
}

/// The part of provenance that names what else was made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    run_details: RunDetails,
}

#[derive(Deserialize)]
struct RunDetails {
    #[serde(default)]
    byproducts: Vec<Resource>,
}

impl Folder<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.path.join(name);
        fs_err::read(&path).map_err(|error| {
            Fault::usage(format!("there is nothing to check: {error}"))
                .hint("sign the image with `imgbuild attest`, by a key of the same sort")
                .into()
        })
    }

    /// The provenance, from envelopes by a key on P-256.
    fn enveloped(&self, is_signed: impl Fn(&[u8], &[u8]) -> bool) -> Result<Statement> {
        let open = |paper: &str| {
            let name = dsse::name(paper);
            dsse::open(&self.read(&name)?, &is_signed).with_context(|| format!("checking `{name}`"))
        };
        let (proof, sbom) = (provenance_name(self.image), sbom_name(self.image));
        let payload = open(&proof)?;
        if payload != self.read(&proof)? {
            return Err(self.differs(&proof));
        }
        let provenance = statement(&payload, PROVENANCE)?;
        let about = statement(&open(&sbom)?, SPDX)?;
        let bill: serde_json::Value =
            serde_json::from_slice(&self.read(&sbom)?).with_context(|| format!("reading `{sbom}`"))?;
        if about.subject != provenance.subject || about.predicate != bill {
            return Err(self.differs(&sbom));
        }
        Ok(provenance)
    }

    /// Signer and provenance, from detached signatures by an SSH key.
    fn signed(&self, signers: &Signers) -> Result<(String, Statement)> {
        let check = |paper: &str| {
            let name = ssh::name(paper);
            let (signature, bytes) = (self.read(&name)?, self.read(paper)?);
            let signer = signers.check(&signature, &bytes).with_context(|| format!("checking `{name}`"))?;
            Ok::<_, anyhow::Error>((signer, bytes))
        };
        check(&sbom_name(self.image))?;
        let (signer, bytes) = check(&provenance_name(self.image))?;
        Ok((signer, statement(&bytes, PROVENANCE)?))
    }

    fn files(&self, signer: String, statement: &Statement) -> Result<Checked> {
        let predicate: Predicate = serde_json::from_value(statement.predicate.clone()).map_err(|error| {
            Fault::mismatch(format!("the provenance is not acceptable: {error}")).hint(AGAIN)
        })?;
        let mut checked = Checked { signer, files: Vec::new(), absent: Vec::new() };
        for resource in &statement.subject {
            self.file(resource, &mut checked)?;
        }
        if checked.files.is_empty() {
            let message = format!("none of the signed files is in `{}`", self.path.display());
            return Err(Fault::usage(message).hint("put the image beside its papers").into());
        }
        predicate.run_details.byproducts.iter().try_for_each(|resource| self.file(resource, &mut checked))?;
        Ok(checked)
    }

    fn file(&self, resource: &Resource, checked: &mut Checked) -> Result<()> {
        let name = resource.name.clone();
        let path = self.named(&name)?;
        if !path.exists() {
            checked.absent.push(name);
            return Ok(());
        }
        let file = fs_err::File::open(&path)?;
        let found = extents::sha256(file.file()).with_context(|| format!("reading `{}`", path.display()))?;
        if resource.sha256() != Some(found) {
            return Err(self.differs(&name));
        }
        checked.files.push((name, found));
        Ok(())
    }

    /// A statement names files of its own folder and no others, whoever signed it.
    fn named(&self, name: &str) -> Result<PathBuf> {
        let mut parts = Path::new(name).components();
        match (parts.next(), parts.next()) {
            (Some(std::path::Component::Normal(_)), None) => Ok(self.path.join(name)),
            _ => {
                Err(Fault::mismatch(format!("`{}` is no file name", name.escape_debug())).hint(AGAIN).into())
            }
        }
    }

    fn differs(&self, name: &str) -> anyhow::Error {
        let path = self.path.join(name);
        Fault::mismatch(format!("`{}` is not what was signed", path.display()))
            .hint("get it again from where it was signed")
            .into()
    }
}

const AGAIN: &str = "sign it anew with `imgbuild attest`";

fn statement(payload: &[u8], predicate: &str) -> Result<Statement> {
    let read: Result<Statement, _> = serde_json::from_slice(payload);
    match read {
        Ok(statement) if statement.predicate_type == predicate => Ok(statement),
        Ok(other) => {
            let found = other.predicate_type.escape_debug().to_string();
            Err(Fault::mismatch(format!("the statement is `{found}`, not `{predicate}`")).hint(AGAIN).into())
        }
        Err(error) => Err(Fault::mismatch(format!("this is no statement: {error}")).hint(AGAIN).into()),
    }
}
