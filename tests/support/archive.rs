//! Tars made byte by byte, so that they can be as hostile as a test wants.

use tar::{EntryType, Header};

/// One member: a header with that very name, and its content. The tar crate's own setters refuse such names.
pub fn member(name: &str, kind: EntryType, link: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, kind, link, content.len() as u64);
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// The header of a member whose content of `size` bytes follows.
pub fn header(name: &str, kind: EntryType, link: &str, size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o755);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(1_700_000_000);
    header.set_size(size);
    header.set_device_major(1).unwrap();
    header.set_device_minor(3).unwrap();
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A regular file.
pub fn file(name: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
    member(name, EntryType::Regular, "", content.as_ref())
}

/// The tar of `members`.
pub fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

/// The tar of `members`, compressed as release archives are.
pub fn tar_gz(members: &[Vec<u8>]) -> Vec<u8> {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar(members)).unwrap();
    gzip.finish().unwrap()
}
