//! A tar of an OCI layout without its layers: what `ctr images import` needs if it has them already.

use super::layout::{Image, Layout};
use crate::Result;
use crate::digest::Sha256;
use crate::oci::document;
use crate::oci::index::Index;
use crate::oci::media_type;
use std::collections::BTreeSet;

const LAYOUT_VERSION: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
const BLOCK: usize = 512;

/// The archive of `images`.
pub fn of(layout: &Layout, images: &[Image]) -> Result<Vec<u8>> {
    let index = Index {
        schema_version: 2,
        media_type: Some(media_type::INDEX.into()),
        manifests: images.iter().map(|image| image.entry.clone()).collect(),
    };
    let mut tar = Vec::new();
    append(&mut tar, "oci-layout", LAYOUT_VERSION);
    append(&mut tar, "index.json", &document::bytes(&index)?);
    let blobs: BTreeSet<Sha256> =
        images.iter().flat_map(|image| [image.manifest, image.config.digest.0]).collect();
    for digest in blobs {
        append(&mut tar, &format!("blobs/sha256/{digest}"), &fs_err::read(layout.blob(digest))?);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    Ok(tar)
}

/// One file in the format of POSIX.1-1988; names are short, files small.
fn append(tar: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut header = [0; BLOCK];
    put(&mut header, 0, name.as_bytes());
    put(&mut header, 100, b"0000644\0");
    put(&mut header, 108, b"0000000\0");
    put(&mut header, 116, b"0000000\0");
    put(&mut header, 124, format!("{:011o}\0", content.len()).as_bytes());
    put(&mut header, 136, b"00000000000\0");
    put(&mut header, 148, b"        ");
    put(&mut header, 156, b"0");
    put(&mut header, 257, b"ustar\x0000");
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    put(&mut header, 148, format!("{sum:06o}\0 ").as_bytes());
    tar.extend(header);
    tar.extend(content);
    tar.resize(tar.len().next_multiple_of(BLOCK), 0);
}

fn put(header: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    header[at..at + bytes.len()].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn other_readers_read_it() {
        let mut bytes = Vec::new();
        append(&mut bytes, "oci-layout", LAYOUT_VERSION);
        append(&mut bytes, "blobs/empty", b"");
        bytes.resize(bytes.len() + 2 * BLOCK, 0);
        let mut archive = tar::Archive::new(&*bytes);
        let mut entries = archive.entries().unwrap();
        let mut first = entries.next().unwrap().unwrap();
        assert_eq!(
            (first.path().unwrap().to_str(), first.header().mode().unwrap()),
            (Some("oci-layout"), 0o644)
        );
        let mut content = Vec::new();
        first.read_to_end(&mut content).unwrap();
        assert_eq!(content, LAYOUT_VERSION);
        assert_eq!(entries.next().unwrap().unwrap().size(), 0);
        assert!(entries.next().is_none());
    }
}
