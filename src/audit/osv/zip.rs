//! Reads zip archives as OSV publishes them (PKWARE, `APPNOTE.TXT` 6.3): stored and deflated entries, also more than
//! 65535 of them. What an archive claims is checked against its length before it is believed.

use crate::Result;
use crate::error::Fault;
use flate2::read::DeflateDecoder;
use std::io::Read as _;

/// Bytes that one entry may have; those of OSV have a few thousand.
const LARGEST: u64 = 64 << 20;
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// Length of the end record without its comment, and of the longest comment.
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;
const CENTRAL_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;
/// In the place of a number that is in the zip64 extension instead.
const ELSEWHERE: u32 = u32::MAX;

/// Calls `take` with name and content of every file in the archive `bytes`.
pub fn each(bytes: &[u8], mut take: impl FnMut(&str, Vec<u8>) -> Result<()>) -> Result<()> {
    let (mut at, count) = directory(bytes).ok_or_else(malformed)?;
    for _ in 0..count {
        let entry = Entry::read(bytes, at).ok_or_else(malformed)?;
        at = entry.next;
        if !entry.name.ends_with('/') {
            take(&entry.name, entry.content(bytes)?)?;
        }
    }
    Ok(())
}

/// Where the central directory begins and how many entries it has.
fn directory(bytes: &[u8]) -> Option<(usize, u64)> {
    let earliest = bytes.len().saturating_sub(END_LENGTH + LONGEST_COMMENT);
    let latest = bytes.len().checked_sub(END_LENGTH)?;
    let end = (earliest..=latest).rev().find(|at| bytes[*at..].starts_with(END))?;
    let (count, start) = (u64::from(u16_at(bytes, end + 10)?), u32_at(bytes, end + 16)?);
    let locator = end.checked_sub(20).filter(|at| bytes[*at..].starts_with(LOCATOR_64));
    let Some(locator) = locator.filter(|_| start == ELSEWHERE || count == u64::from(u16::MAX)) else {
        return Some((usize::try_from(start).ok()?, count));
    };
    let end = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    bytes.get(end..)?.starts_with(END_64).then_some(())?;
    let start = u64_at(bytes, end.checked_add(48)?)?;
    Some((usize::try_from(start).ok()?, u64_at(bytes, end.checked_add(32)?)?))
}

/// An entry of the central directory.
struct Entry {
    name: String,
    method: u16,
    compressed: u64,
    size: u64,
    local: u64,
    next: usize,
}

impl Entry {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        bytes.get(at..)?.starts_with(CENTRAL).then_some(())?;
        let length = |offset: usize| Some(usize::from(u16_at(bytes, at.checked_add(offset)?)?));
        let number = |offset: usize| u32_at(bytes, at.checked_add(offset)?);
        let name_at = at.checked_add(CENTRAL_LENGTH)?;
        let extra_at = name_at.checked_add(length(28)?)?;
        let comment_at = extra_at.checked_add(length(30)?)?;
        let mut wide = Wide::of(bytes.get(extra_at..comment_at)?);
        // in this order, and only those that did not fit
        let size = wide.or(number(24)?)?;
        let compressed = wide.or(number(20)?)?;
        let local = wide.or(number(42)?)?;
        Some(Self {
            name: String::from_utf8_lossy(bytes.get(name_at..extra_at)?).into_owned(),
            method: u16_at(bytes, at.checked_add(10)?)?,
            compressed,
            size,
            local,
            next: comment_at.checked_add(length(32)?)?,
        })
    }

    fn content(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let stored = self.stored(bytes).ok_or_else(malformed)?;
        if self.size > LARGEST {
            return Err(refuse("an entry of it is too large").into());
        }
        let mut content = Vec::new();
        match self.method {
            0 => content.extend_from_slice(stored),
            8 => {
                let mut decoder = DeflateDecoder::new(stored).take(self.size.saturating_add(1));
                decoder.read_to_end(&mut content).map_err(|_| malformed())?;
            }
            other => return Err(refuse(&format!("it is compressed by method {other}")).into()),
        }
        if content.len() as u64 == self.size { Ok(content) } else { Err(malformed().into()) }
    }

    fn stored<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let local = usize::try_from(self.local).ok()?;
        bytes.get(local..)?.starts_with(LOCAL).then_some(())?;
        let name = usize::from(u16_at(bytes, local.checked_add(26)?)?);
        let extra = usize::from(u16_at(bytes, local.checked_add(28)?)?);
        let start = local.checked_add(LOCAL_LENGTH)?.checked_add(name)?.checked_add(extra)?;
        bytes.get(start..start.checked_add(usize::try_from(self.compressed).ok()?)?)
    }
}

/// Numbers of the zip64 extension, in order.
struct Wide<'a>(&'a [u8]);

impl<'a> Wide<'a> {
    fn of(mut extra: &'a [u8]) -> Self {
        while let (Some(kind), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let Some(field) = extra.get(4..4 + usize::from(length)) else { break };
            if kind == 1 {
                return Self(field);
            }
            extra = &extra[4 + usize::from(length)..];
        }
        Self(&[])
    }

    fn or(&mut self, narrow: u32) -> Option<u64> {
        if narrow != ELSEWHERE {
            return Some(narrow.into());
        }
        let number = u64_at(self.0, 0)?;
        self.0 = &self.0[8..];
        Some(number)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn malformed() -> Fault {
    refuse("it is damaged")
}

fn refuse(why: &str) -> Fault {
    Fault::input(format!("the zip archive cannot be read: {why}"))
        .hint("get the database again from where it came; `python3 -m zipfile -t FILE` says more")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::foreign;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// An archive that Python makes, with one entry stored and one deflated.
    fn archive() -> Vec<u8> {
        let dir = tempfile::tempdir().unwrap();
        let script = "import sys,zipfile\n\
            z=zipfile.ZipFile(sys.argv[1],'w')\n\
            z.writestr('a.json','{}')\n\
            z.writestr('folder/','')\n\
            with z.open(zipfile.ZipInfo('b.json'),'w',force_zip64=True) as f: f.write(b'b'*5000)\n\
            z.writestr('c.json','c'*5000,zipfile.ZIP_DEFLATED)\n\
            z.comment=b'a comment'\n\
            z.close()\n";
        let path = dir.path().join("x.zip");
        foreign("python3").args(["-c", script]).arg(&path).run().unwrap();
        fs_err::read(path).unwrap()
    }

    fn files(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        each(bytes, |name, content| {
            files.insert(name.to_owned(), content);
            Ok(())
        })?;
        Ok(files)
    }

    #[test]
    fn every_file_of_a_foreign_archive_is_read() {
        let found = files(&archive()).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a.json", "b.json", "c.json"]);
        assert_eq!(found["a.json"], b"{}");
        assert_eq!(found["b.json"], [b'b'; 5000]);
        assert_eq!(found["c.json"], [b'c'; 5000]);
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = archive();
        for length in 0..whole.len() {
            assert!(files(&whole[..length]).is_err() || whole.len() - length <= 9, "{length}");
        }
    }

    proptest! {
        #[test]
        fn damage_is_no_panic(at in 0_usize..1000, byte in any::<u8>(), second in 0_usize..1000) {
            static WHOLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
            let mut bytes = WHOLE.get_or_init(archive).clone();
            let length = bytes.len();
            bytes[length - 1 - at % length] = byte;
            bytes[length - 1 - second % length] ^= byte;
            let _ = files(&bytes);
        }
    }
}
