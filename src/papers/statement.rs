//! in-toto attestation statements (in-toto attestation framework 1, `spec/v1/statement.md`).

use crate::digest::Sha256;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What statements call themselves.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The predicate of provenance (SLSA 1.0, `provenance.md`).
pub const PROVENANCE: &str = "https://slsa.dev/provenance/v1";
/// The predicate of a bill of materials (in-toto attestation framework, `predicates/spdx.md`).
pub const SPDX: &str = "https://spdx.dev/Document";

/// Says something of files that it names by their digests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// [`STATEMENT`].
    #[serde(rename = "_type")]
    pub kind: String,
    /// What it is about.
    pub subject: Vec<Resource>,
    /// What sort of thing it says.
    pub predicate_type: String,
    /// What it says.
    pub predicate: Value,
}

/// Something with a digest (`spec/v1/resource_descriptor.md`).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// What it is called here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is called everywhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uri: String,
    /// Digests by algorithm.
    pub digest: BTreeMap<String, String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Vec<String>>,
}

impl Resource {
    /// The thing of that name and digest.
    pub fn new(name: impl Into<String>, sha256: impl std::fmt::Display) -> Self {
        let digest = BTreeMap::from([("sha256".to_owned(), sha256.to_string())]);
        Self { name: name.into(), digest, ..Self::default() }
    }

    /// With what it is called everywhere.
    #[must_use]
    pub fn uri(self, uri: impl std::fmt::Display) -> Self {
        Self { uri: uri.to_string(), ..self }
    }

    /// Its SHA-256 digest, if it has one.
    pub fn sha256(&self) -> Option<Sha256> {
        self.digest.get("sha256")?.parse().ok()
    }
}

impl Statement {
    /// Says `predicate` of `subject`.
    pub fn new(subject: Vec<Resource>, predicate_type: &str, predicate: Value) -> Self {
        let (kind, predicate_type) = (STATEMENT.to_owned(), predicate_type.to_owned());
        Self { kind, subject, predicate_type, predicate }
    }
}
