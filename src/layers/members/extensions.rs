//! What extension headers say about the member that follows them: GNU long names and PAX records.

use super::{malformed, sparse};
use crate::Result;
use std::borrow::Cow;
use tar::{EntryType, Header};

/// Bytes that one extension header may have; real ones hold a name and an attribute.
pub const LIMIT: u64 = 1 << 20;

/// The PAX key of file capabilities, as GNU tar, libarchive and mmdebstrap write it.
pub const CAPABILITY: &str = "SCHILY.xattr.security.capability";

/// Collected for one member.
#[derive(Debug, Default)]
pub struct Extensions {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    pub size: Option<u64>,
    pub uid: Option<u64>,
    pub gid: Option<u64>,
    pub capability: Option<Vec<u8>>,
    pending: bool,
}

impl Extensions {
    /// Whether a header of this type speaks about another member.
    pub fn is_extension(kind: EntryType) -> bool {
        kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
    }

    /// Takes in the content of an extension header. Global ones hold comments in practice and are ignored.
    pub fn apply(&mut self, kind: EntryType, mut bytes: Vec<u8>) -> Result<()> {
        if kind.is_pax_global_extensions() {
            return Ok(());
        }
        self.pending = true;
        if kind.is_pax_local_extensions() {
            return self.records(&bytes);
        }
        // GNU names end with one NUL.
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        let slot = if kind.is_gnu_longname() { &mut self.path } else { &mut self.link };
        match slot.replace(bytes) {
            None => Ok(()),
            Some(_) => Err(malformed("a member has two long names")),
        }
    }

    /// Whether something was said about a member that has not come.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// The member's name as written.
    pub fn path_of<'a>(&'a self, header: &'a Header) -> Cow<'a, [u8]> {
        self.path.as_deref().map_or_else(|| header.path_bytes(), Cow::Borrowed)
    }

    /// The link's target as written.
    pub fn link_of<'a>(&'a self, header: &'a Header) -> Option<Cow<'a, [u8]>> {
        self.link.as_deref().map(Cow::Borrowed).or_else(|| header.link_name_bytes())
    }

    /// PAX records are `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record; values may hold any byte.
    fn records(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let (record, rest) = split_record(bytes).ok_or_else(|| malformed("a pax record is damaged"))?;
            self.record(record.0, record.1)?;
            bytes = rest;
        }
        Ok(())
    }

    fn record(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let key = String::from_utf8_lossy(key);
        match key.as_ref() {
            "path" => self.path = Some(value.to_vec()),
            "linkpath" => self.link = Some(value.to_vec()),
            "size" => self.size = Some(number(&key, value)?),
            "uid" => self.uid = Some(number(&key, value)?),
            "gid" => self.gid = Some(number(&key, value)?),
            CAPABILITY => self.capability = Some(value.to_vec()),
            sparse_key if sparse_key.starts_with("GNU.sparse.") => {
                return Err(sparse(&String::from_utf8_lossy(self.path.as_deref().unwrap_or(b"a member"))));
            }
            _ => {}
        }
        Ok(())
    }
}

/// The key and value of the first record, and what follows it.
#[allow(clippy::type_complexity)]
fn split_record(bytes: &[u8]) -> Option<((&[u8], &[u8]), &[u8])> {
    let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(&bytes[..space]).ok()?.parse().ok()?;
    let record = bytes.get(space + 1..length)?;
    let record = record.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some(((&record[..equals], &record[equals + 1..]), &bytes[length..]))
}

fn number(key: &str, value: &[u8]) -> Result<u64> {
    let text = String::from_utf8_lossy(value);
    text.parse().map_err(|_| malformed(format!("the pax record `{key}` is no number: `{text}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Extensions> {
        let mut extensions = Extensions::default();
        extensions.apply(EntryType::XHeader, bytes.to_vec())?;
        Ok(extensions)
    }

    #[test]
    fn values_may_hold_newlines() {
        let record = [b"42 SCHILY.xattr.security.capability=".as_slice(), b"a\nb\0\x01\n"].concat();
        assert_eq!(record.len(), 42);
        assert_eq!(parse(&record).unwrap().capability.unwrap(), b"a\nb\0\x01");
    }

    #[test]
    fn damaged_records_are_refused() {
        assert_eq!(parse(b"11 path=ab\n").unwrap().path.unwrap(), b"ab");
        let damaged = [
            "10 path=ab\n",
            "99 path=a\n",
            "0 path=a\n",
            "x path=a\n",
            "11 path=ab?",
            "9 pathab\n",
            "11 size=-1\n",
        ];
        for bytes in damaged {
            assert!(parse(bytes.as_bytes()).is_err(), "{bytes}");
        }
    }

    #[test]
    fn sparse_files_are_refused_with_their_own_message() {
        let error = parse(b"22 GNU.sparse.major=1\n").unwrap_err();
        assert!(error.to_string().contains("sparse"), "{error}");
    }
}
