//! Documents that are compressed as a whole: cloud-init unpacks what it is given if it begins as gzip does.

use crate::Result;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::borrow::Cow;
use std::io::{Read as _, Write as _};

/// How gzip begins (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// More than any document of a host; what claims to unpack to more is not ours.
const LIMIT: u64 = 16 << 20;

/// gzip without name and time: the same bytes always.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// `bytes` as cloud-init reads them: unpacked if they are packed.
pub fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut plain = Vec::new();
    GzDecoder::new(bytes).take(LIMIT + 1).read_to_end(&mut plain)?;
    anyhow::ensure!(plain.len() as u64 <= LIMIT, "a compressed document unpacks to more than {LIMIT} bytes");
    Ok(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back_and_what_was_not_stays() {
        let plain = "#cloud-config\n".repeat(40);
        let packed = gzip(plain.as_bytes()).unwrap();
        assert!(packed.len() < plain.len());
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255], "no name, no time, no system");
        for bytes in [packed.as_slice(), plain.as_bytes()] {
            assert_eq!(unpacked(bytes).unwrap(), plain.as_bytes());
        }
        assert!(unpacked(&packed[..packed.len() - 1]).is_err());
        assert!(unpacked(&gzip(&vec![0; (16 << 20) + 1]).unwrap()).is_err());
    }
}
