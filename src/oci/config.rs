//! What a container runs with (image-spec `config.md`).

use super::document;
use super::index::Platform;
use super::prefixed::Prefixed;
use crate::Result;
use serde::{Deserialize, Serialize};

/// The image configuration, as far as imgbuild writes or checks it; unknown fields are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What it runs on.
    #[serde(flatten)]
    pub platform: Platform,
    /// Defaults of a container; not read from images of others, whose bytes are passed on as they are.
    #[serde(default, skip_deserializing)]
    pub config: Execution,
    /// What the layers are, uncompressed.
    pub rootfs: RootFs,
    /// How the layers came to be.
    #[serde(default, skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<History>,
}

/// Defaults of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Execution {
    /// `USER[:GROUP]`; root if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// `NAME=VALUE`.
    pub env: Vec<String>,
    /// The program and its fixed arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<String>,
    /// Arguments that a user may replace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cmd: Vec<String>,
}

/// Digests of uncompressed layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Lowest first.
    pub diff_ids: Vec<Prefixed>,
}

/// How one layer came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// RFC 3339, UTC.
    pub created: String,
    /// The program that made it.
    pub created_by: String,
}

impl ImageConfig {
    /// Parses the configuration of an image that has `layers` layers.
    ///
    /// # Errors
    /// Malformed JSON, or diff ids that do not match the layers in number: no runtime could unpack that.
    pub fn parse(bytes: &[u8], layers: usize) -> Result<Self> {
        let config: Self = document::parse(bytes, "image configuration")?;
        if config.rootfs.diff_ids.len() != layers {
            let why = format!("it has {} diff ids for {layers} layers", config.rootfs.diff_ids.len());
            return Err(document::malformed("image configuration", &why).into());
        }
        Ok(config)
    }
}
