//! Reading and writing the JSON of manifests, indices and configurations.

use super::limits;
use crate::Result;
use crate::error::Fault;
use crate::text::shown;
use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// Parses `bytes`, which `what` (such as `manifest`) names in messages.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    if bytes.len() as u64 > limits::DOCUMENT {
        return Err(too_large(what).into());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| malformed(what, &error.to_string()))
        .and_then(|value| json.end().map(|()| value).map_err(|error| malformed(what, &error.to_string())))?;
    Ok(parsed)
}

/// The file at `path`, unless it is too large for any document.
pub fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    if fs_err::metadata(path)?.len() > limits::DOCUMENT {
        return Err(too_large(what)).with_context(|| format!("reading `{}`", path.display()));
    }
    Ok(fs_err::read(path)?)
}

/// The bytes of `value`: without white space, fields in the order of the specification, maps sorted.
pub fn bytes(value: &impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}

fn too_large(what: &str) -> Fault {
    Fault::input(format!("the {what} has more than the allowed {}", limits::MANIFEST_LIMIT))
        .hint("check that the reference names a container image")
}

/// For whatever makes a document one that cannot be used.
pub fn malformed(what: &str, why: &str) -> Fault {
    Fault::input(format!("the {what} is not acceptable: {}", shown(why)))
        .hint("use an image with an OCI or docker schema 2 manifest")
}
