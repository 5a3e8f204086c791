//! An SPDX 2.3 document in JSON, as far as it is written here (spdx-spec, `schemas/spdx-schema.json`).

use serde::{Deserialize, Serialize};

/// What is not said.
pub const NOASSERTION: &str = "NOASSERTION";
/// The document itself.
pub const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// A bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// `SPDX-2.3`.
    pub spdx_version: String,
    /// The licence of the document itself.
    pub data_license: String,
    /// [`DOCUMENT`].
    #[serde(rename = "SPDXID")]
    pub id: String,
    /// The image's name.
    pub name: String,
    /// A URI that no other document has.
    pub document_namespace: String,
    /// By what it was made.
    pub creation_info: CreationInfo,
    /// Everything that it speaks of, by identifier.
    pub packages: Vec<Package>,
    /// Licences that SPDX has no identifier for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub has_extracted_licensing_infos: Vec<ExtractedLicence>,
    /// What contains what.
    pub relationships: Vec<Relationship>,
}

/// By what a document was made, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreationInfo {
    /// RFC 3339; the time stamp that everything in the image has.
    pub created: String,
    /// `Tool: imgbuild-VERSION`.
    pub creators: Vec<String>,
}

/// Anything that can be a part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// `SPDXRef-…`.
    #[serde(rename = "SPDXID")]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its version, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_info: Option<String>,
    /// Its file, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_file_name: Option<String>,
    /// Who gives it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Where it can be had.
    pub download_location: String,
    /// Never: packages are named, their files are not.
    pub files_analyzed: bool,
    /// Digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checksums: Vec<Checksum>,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// What it was made from, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_info: Option<String>,
    /// Nobody concluded anything.
    pub license_concluded: String,
    /// What it says of itself.
    pub license_declared: String,
    /// Not collected.
    pub copyright_text: String,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Names that other tools know it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_refs: Vec<ExternalRef>,
    /// What sort of thing it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_package_purpose: Option<String>,
}

/// A digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checksum {
    /// `SHA256`.
    pub algorithm: String,
    /// Hex digits.
    pub checksum_value: String,
}

/// A name that other tools know a package by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalRef {
    /// `PACKAGE-MANAGER`.
    pub reference_category: String,
    /// `purl`.
    pub reference_type: String,
    /// The name.
    pub reference_locator: String,
}

/// A licence that SPDX has no identifier for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtractedLicence {
    /// `LicenseRef-…`.
    pub license_id: String,
    /// What packages call it.
    pub name: String,
    /// What it says.
    pub extracted_text: String,
}

/// How two elements belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship {
    /// The one.
    pub spdx_element_id: String,
    /// `CONTAINS`, `DESCRIBES`, `GENERATED_FROM`.
    pub relationship_type: String,
    /// The other.
    pub related_spdx_element: String,
}

impl Package {
    /// With nothing said about it.
    pub fn new(id: String, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            version_info: None,
            package_file_name: None,
            supplier: None,
            download_location: NOASSERTION.into(),
            files_analyzed: false,
            checksums: Vec::new(),
            homepage: None,
            source_info: None,
            license_concluded: NOASSERTION.into(),
            license_declared: NOASSERTION.into(),
            copyright_text: NOASSERTION.into(),
            comment: None,
            external_refs: Vec::new(),
            primary_package_purpose: None,
        }
    }

    /// With a digest.
    #[must_use]
    pub fn sha256(mut self, sha256: impl std::fmt::Display) -> Self {
        self.checksums.push(Checksum { algorithm: "SHA256".into(), checksum_value: sha256.to_string() });
        self
    }

    /// With a package URL.
    #[must_use]
    pub fn purl(mut self, purl: impl std::fmt::Display) -> Self {
        self.external_refs.push(ExternalRef {
            reference_category: "PACKAGE-MANAGER".into(),
            reference_type: "purl".into(),
            reference_locator: purl.to_string(),
        });
        self
    }

    /// With what sort of thing it is, one of SPDX's words.
    #[must_use]
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.primary_package_purpose = Some(purpose.into());
        self
    }

    /// The package URLs that it is known by.
    pub fn purls(&self) -> impl Iterator<Item = &str> {
        let purls = self.external_refs.iter().filter(|reference| reference.reference_type == "purl");
        purls.map(|reference| reference.reference_locator.as_str())
    }
}
