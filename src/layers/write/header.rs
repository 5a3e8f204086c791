//! Tar headers: ustar (POSIX.1-1988) and PAX records (POSIX.1-2001).

use crate::Result;
use crate::layers::entry::{Entry, Node};
use crate::layers::members::CAPABILITY;
use tar::{EntryType, Header};

/// Bytes of the name and link fields of ustar.
const NAME_FIELD: usize = 100;

/// What the ustar header cannot say, as records `LENGTH KEY=VALUE\n`; mostly empty.
pub fn pax_records(path: &str, entry: &Entry) -> Vec<u8> {
    let mut records = Vec::new();
    let name = name(path, entry);
    if name.len() > NAME_FIELD {
        record(&mut records, "path", name.as_bytes());
    }
    if let Some(target) = link_target(entry).filter(|target| target.len() > NAME_FIELD) {
        record(&mut records, "linkpath", target.as_bytes());
    }
    if let Some(capability) = entry.capability.as_ref().filter(|_| matches!(entry.node, Node::File(_))) {
        record(&mut records, CAPABILITY, capability);
    }
    records
}

/// The header before `length` bytes of PAX records.
pub fn pax(length: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::XHeader);
    set_name(&mut header, "PaxHeaders/entry");
    header.set_mode(0o644);
    finish(&mut header, length, 0, 0, 0);
    header
}

/// The header of `entry`; names too long for it are cut, the PAX records before it have them whole.
pub fn ustar(path: &str, entry: &Entry) -> Result<Header> {
    let mut header = Header::new_ustar();
    header.set_entry_type(entry_type(&entry.node));
    set_name(&mut header, &name(path, entry));
    if let Some(target) = link_target(entry) {
        let cut = &target.as_bytes()[..target.len().min(NAME_FIELD)];
        header.as_old_mut().linkname[..cut.len()].copy_from_slice(cut);
    }
    if let Node::Character(major, minor) | Node::Block(major, minor) = entry.node {
        header.set_device_major(major)?;
        header.set_device_minor(minor)?;
    }
    header.set_mode(entry.mode);
    let length = if let Node::File(content) = &entry.node { content.length() } else { 0 };
    finish(&mut header, length, entry.uid, entry.gid, entry.mtime);
    Ok(header)
}

/// Sizes beyond 8 GiB and owners beyond 2 Mi get base-256 fields, which GNU tar and libarchive read.
fn finish(header: &mut Header, length: u64, uid: u32, gid: u32, mtime: u64) {
    header.set_uid(uid.into());
    header.set_gid(gid.into());
    header.set_size(length);
    header.set_mtime(mtime);
    header.set_cksum();
}

fn entry_type(node: &Node) -> EntryType {
    match node {
        Node::Directory => EntryType::Directory,
        Node::File(_) => EntryType::Regular,
        Node::Symlink(_) => EntryType::Symlink,
        Node::Hardlink(_) => EntryType::Link,
        Node::Character(..) => EntryType::Char,
        Node::Block(..) => EntryType::Block,
        Node::Fifo => EntryType::Fifo,
    }
}

/// The name as tars have it: relative, folders with a slash at the end, the root as `./`.
fn name(path: &str, entry: &Entry) -> String {
    match (path, &entry.node) {
        ("", _) => "./".to_owned(),
        (path, Node::Directory) => format!("{path}/"),
        (path, _) => path.to_owned(),
    }
}

fn link_target(entry: &Entry) -> Option<&str> {
    match &entry.node {
        Node::Symlink(target) | Node::Hardlink(target) => Some(target),
        _ => None,
    }
}

fn set_name(header: &mut Header, name: &str) {
    let cut = &name.as_bytes()[..name.len().min(NAME_FIELD)];
    header.as_old_mut().name[..cut.len()].copy_from_slice(cut);
}

fn record(records: &mut Vec<u8>, key: &str, value: &[u8]) {
    // The length counts its own digits.
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    records.extend_from_slice(format!("{length} {key}=").as_bytes());
    records.extend_from_slice(value);
    records.push(b'\n');
}
