//! SHA-256 digests and readers and writers that compute them in passing.

use crate::error::Fault;
use crate::text::serde_as_text;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::str::FromStr;

/// A SHA-256 digest; displayed and serialised as 64 lower-case hex digits, parsed with or without `sha256:`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "operator", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "operator", schemars(with = "String", extend("pattern" = r"^(sha256:)?[0-9a-f]{64}$")))]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest of all that `reader` still gives.
    pub fn of_reader(reader: &mut impl Read) -> io::Result<Self> {
        let mut hashing = HashingReader::new(reader);
        io::copy(&mut hashing, &mut io::sink())?;
        Ok(hashing.finish().0)
    }

    /// The digest of the file at `path`.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        Self::of_reader(&mut fs_err::File::open(path)?)
    }

    /// `sha256:` and the hex digits, the form that OCI uses.
    pub fn prefixed(&self) -> String {
        format!("sha256:{self}")
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sha256 {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let mut bytes = [0; 32];
        let lower_case = !digits.bytes().any(|b| b.is_ascii_uppercase());
        match hex::decode_to_slice(digits, &mut bytes) {
            Ok(()) if lower_case => Ok(Self(bytes)),
            _ => Err(Fault::input(format!("`{text}` is no sha256 digest"))
                .hint("write 64 lower-case hex digits, as `sha256sum` prints them")),
        }
    }
}

serde_as_text!(Sha256);

/// Hashes and counts what is read through it.
pub struct HashingReader<R> {
    inner: R,
    hasher: sha2::Sha256,
    length: u64,
}

impl<R: Read> HashingReader<R> {
    /// Wraps `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: sha2::Sha256::new(), length: 0 }
    }

    /// The digest of the bytes read so far, and how many they were.
    pub fn finish(self) -> (Sha256, u64) {
        (Sha256(self.hasher.finalize().into()), self.length)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.length += n as u64;
        Ok(n)
    }
}

/// Hashes and counts what is written through it.
pub struct HashingWriter<W> {
    inner: W,
    hasher: sha2::Sha256,
    length: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Wraps `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: sha2::Sha256::new(), length: 0 }
    }

    /// The inner writer, the digest of the bytes written, and how many they were.
    pub fn finish(self) -> (W, Sha256, u64) {
        (self.inner, Sha256(self.hasher.finalize().into()), self.length)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        self.length += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn parses_both_forms_and_prints_hex() {
        assert_eq!(EMPTY.parse::<Sha256>().unwrap(), Sha256::of(""));
        assert_eq!(format!("sha256:{EMPTY}").parse::<Sha256>().unwrap().to_string(), EMPTY);
    }

    #[test]
    fn refuses_what_is_no_digest() {
        for text in ["", "abc", &EMPTY.to_uppercase(), &format!("md5:{EMPTY}"), &EMPTY[1..]] {
            assert!(text.parse::<Sha256>().is_err(), "{text}");
        }
    }

    #[test]
    fn hashes_in_passing() {
        let mut writer = HashingWriter::new(Vec::new());
        writer.write_all(b"abc").unwrap();
        let (bytes, digest, length) = writer.finish();
        assert_eq!((bytes.as_slice(), digest, length), (&b"abc"[..], Sha256::of("abc"), 3));
    }
}
