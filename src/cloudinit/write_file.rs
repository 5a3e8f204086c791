//! A file that cloud-init writes, as it is or compressed.

use crate::Result;
use base64ct::{Base64, Encoding as _};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::io::{Read as _, Write as _};

/// cloud-init's name for gzip in base64.
const GZ_B64: &str = "gz+b64";
/// More than any file of a host; what claims to unpack to more is not ours.
const LIMIT: u64 = 16 << 20;

/// A file to write at first boot.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteFile {
    /// Absolute path.
    pub path: String,
    /// Permission bits in octal, such as `0755`.
    pub permissions: String,
    /// How `content` is encoded; `None` if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What is in it.
    pub content: String,
}

impl WriteFile {
    /// With `content` as it is.
    pub fn plain(path: &str, mode: u32, content: &str) -> Self {
        Self {
            path: path.to_owned(),
            permissions: format!("{mode:04o}"),
            encoding: None,
            content: content.to_owned(),
        }
    }

    /// With `content` compressed, if that makes the document smaller.
    pub fn smallest(path: &str, mode: u32, content: &str) -> Result<Self> {
        let plain = Self::plain(path, mode, content);
        let packed = Base64::encode_string(&gzip(content.as_bytes())?);
        let packed = Self { encoding: Some(GZ_B64.to_owned()), content: packed, ..plain.clone() };
        let length = |file: &Self| Ok::<_, anyhow::Error>(serde_yaml::to_string(&[file])?.len());
        Ok(if length(&packed)? < length(&plain)? { packed } else { plain })
    }

    /// What the file will hold.
    pub fn decoded(&self) -> Result<String> {
        match self.encoding.as_deref() {
            None => Ok(self.content.clone()),
            Some(GZ_B64) => {
                let bytes =
                    Base64::decode_vec(&self.content).map_err(|_| anyhow::anyhow!("a file is not base64"))?;
                let mut text = String::new();
                flate2::read::GzDecoder::new(bytes.as_slice()).take(LIMIT).read_to_string(&mut text)?;
                Ok(text)
            }
            Some(other) => anyhow::bail!("files are not encoded as `{other}`"),
        }
    }
}

/// gzip without name and time: the same bytes always.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_gets_smaller_is_packed() {
        assert!(WriteFile::smallest("/a", 0o644, "short").unwrap().encoding.is_none());
        let long = "the same line again\n".repeat(40);
        let packed = WriteFile::smallest("/a", 0o600, &long).unwrap();
        assert_eq!(packed.encoding.as_deref(), Some("gz+b64"));
        assert_eq!(packed.decoded().unwrap(), long);
    }
}
