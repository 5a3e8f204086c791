//! One test for each refusal of the module's documentation, on archives made byte by byte.

use super::*;
use crate::error::fault;
use crate::layers::read;
use crate::layers::tree::Tree;
use std::collections::BTreeSet;
use tar::{EntryType, Header};

const EPOCH: u64 = 1_700_000_000;

/// One header as hostile as wanted: the tar crate's setters would refuse such names.
fn member(name: &str, kind: EntryType, link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o4755);
    header.set_uid(1000);
    header.set_gid(1000);
    header.set_mtime(EPOCH + 5);
    header.set_size(content.len() as u64);
    header.set_device_major(1).unwrap();
    header.set_device_minor(3).unwrap();
    header.set_cksum();
    let mut bytes = [header.as_bytes().as_slice(), content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(name: &str, content: &str) -> Vec<u8> {
    member(name, EntryType::Regular, "", content.as_bytes())
}

fn archive(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

fn extract_limited(bytes: &[u8], strip: usize, members: &[&str], limits: Limits) -> Result<Tree> {
    let dir = tempfile::tempdir()?;
    let (input, output) = (dir.path().join("in"), dir.path().join("out.tar"));
    fs_err::write(&input, bytes)?;
    let members: BTreeSet<String> = members.iter().map(ToString::to_string).collect();
    let selection = Selection { strip, members: &members };
    normalise(&input, selection, limits, EPOCH, fs_err::File::create(&output)?)?;
    let tree = read::tree(&output, EPOCH)?;
    // Bytes into memory, as the folder goes away.
    let mut loaded = Tree::new(EPOCH);
    for (path, entry) in tree.iter() {
        let mut entry = entry.clone();
        if let Node::File(content) = &mut entry.node {
            *content = Content::Bytes(content.to_vec()?);
        }
        loaded.insert(path, entry)?;
    }
    Ok(loaded)
}

fn extract(bytes: &[u8], strip: usize, members: &[&str]) -> Result<Tree> {
    extract_limited(bytes, strip, members, Limits::default())
}

#[track_caller]
fn assert_refused(members: &[Vec<u8>], why: &str) {
    let error = extract(&archive(members), 0, &[]).unwrap_err();
    let fault = fault(&error).unwrap_or_else(|| panic!("no fault: {error:#}"));
    assert!(fault.message.contains(why), "`{why}` is not in `{}`", fault.message);
    assert!(fault.hint.is_some());
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.iter().map(|(path, _)| path).collect()
}

#[test]
fn members_are_taken_stripped_and_owned_by_root() {
    let bytes = archive(&[
        member("./release/", EntryType::Directory, "", b""),
        file("./release/bin/runc", "binary"),
        file("./release/doc/a", ""),
        file("./release/bin/sub/ctr", ""),
        member("./release/bin/link", EntryType::Symlink, "../bin/runc", b""),
        member("./release/bin/same", EntryType::Link, "release/bin/runc", b""),
    ]);
    assert_eq!(paths(&extract(&bytes, 1, &["bin/runc"]).unwrap()), ["bin", "bin/runc"]);
    let tree = extract(&bytes, 1, &["bin/*"]).unwrap();
    assert_eq!(paths(&tree), ["bin", "bin/link", "bin/runc", "bin/same", "bin/sub", "bin/sub/ctr"]);
    let runc = tree.get("bin/runc").unwrap();
    assert_eq!((runc.uid, runc.gid, runc.mode, runc.mtime), (0, 0, 0o4755, EPOCH));
    assert_eq!(runc.node, Node::File(Content::Bytes("binary".into())));
    assert_eq!(extract(&bytes, 0, &[]).unwrap().len(), 9);
}

#[test]
fn upward_names_are_refused() {
    assert_refused(&[file("a/../../etc/passwd", "x")], "`..`");
}

#[test]
fn absolute_names_are_refused() {
    assert_refused(&[file("/etc/passwd", "x")], "is absolute");
}

#[test]
fn symbolic_links_that_lead_out_are_refused() {
    for target in ["/etc", "..", "../x", "b/../../../x"] {
        assert_refused(&[member("a", EntryType::Symlink, target, b"")], "leads out");
    }
    assert_refused(&[member("d/a", EntryType::Symlink, "../../x", b"")], "leads out");
}

#[test]
fn writing_through_a_symbolic_link_is_refused() {
    let link = member("a", EntryType::Symlink, "b", b"");
    assert_refused(&[file("b/x", ""), link.clone(), file("a/y", "")], "leads through `a`");
    assert_refused(&[file("a/y", ""), link], "comes twice");
}

#[test]
fn hard_links_that_lead_out_are_refused() {
    assert_refused(&[member("a", EntryType::Link, "../etc/shadow", b"")], "`..`");
    assert_refused(&[member("a", EntryType::Link, "/etc/shadow", b"")], "is absolute");
    assert_refused(&[member("a", EntryType::Link, "etc/shadow", b"")], "leads to no file");
    let link = member("l", EntryType::Symlink, "x", b"");
    assert_refused(&[link, member("a", EntryType::Link, "l", b"")], "leads to no file");
}

#[test]
fn device_nodes_and_pipes_are_refused() {
    assert_refused(&[member("a", EntryType::Char, "", b"")], "device node");
    assert_refused(&[member("a", EntryType::Block, "", b"")], "device node");
    assert_refused(&[member("a", EntryType::Fifo, "", b"")], "named pipe");
}

#[test]
fn duplicate_members_are_refused_but_folders_may_come_twice() {
    assert_refused(&[file("a", "1"), file("./a", "2")], "`a` comes twice");
    let folder = member("d/", EntryType::Directory, "", b"");
    assert!(extract(&archive(&[folder.clone(), folder]), 0, &[]).is_ok());
}

#[test]
fn unselected_members_are_checked_too() {
    let bytes = archive(&[file("a", ""), member("b", EntryType::Char, "", b"")]);
    assert!(extract(&bytes, 0, &["a"]).is_err());
}

#[test]
fn decompression_bombs_are_refused() {
    let bomb = archive(&[member("zeros", EntryType::Regular, "", &vec![0; 4 << 20])]);
    let bomb = zstd::encode_all(bomb.as_slice(), 3).unwrap();
    assert!(bomb.len() < 10_000);
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let error = extract_limited(&bomb, 0, &[], limits).unwrap_err();
    assert_eq!(fault(&error).unwrap().message, "it unpacks to more than 1.00 MiB");
    // Neither may the bomb be behind the end marker.
    let hidden = zstd::encode_all([archive(&[]), vec![0; 4 << 20]].concat().as_slice(), 3).unwrap();
    assert!(extract_limited(&hidden, 0, &[], limits).is_err());
}

#[test]
fn extension_headers_are_not_read_into_memory_without_bound() {
    let name = member("././@LongLink", EntryType::GNULongName, "", &vec![b'a'; 2 << 20]);
    assert_refused(&[name, file("a", "")], "claims 2097152 bytes");
}

#[test]
fn too_many_members_are_refused() {
    let members: Vec<_> = (0..4).map(|i| file(&i.to_string(), "")).collect();
    let limits = Limits { members: 3, ..Limits::default() };
    let error = extract_limited(&archive(&members), 0, &[], limits).unwrap_err();
    assert_eq!(fault(&error).unwrap().message, "it has more than 3 members");
}

#[test]
fn truncated_archives_are_refused_in_every_compression() {
    let content: Vec<u8> = (0..9999u32).flat_map(|i| (i * i).to_le_bytes()).collect();
    let plain = archive(&[member("a", EntryType::Regular, "", &content)]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(&plain).unwrap();
    let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
    for whole in [plain.clone(), gzip.finish().unwrap(), xz.finish().unwrap(), zstd] {
        assert_eq!(extract(&whole, 0, &[]).unwrap().content_bytes(), content.len() as u64);
        for cut in [whole.len() / 2, whole.len() / 3] {
            let error = extract(&whole[..cut], 0, &[]).unwrap_err();
            assert!(fault(&error).unwrap().message.contains("truncated"), "{error:#}");
        }
    }
    let error = extract(&plain[..plain.len() - 1024], 0, &[]).unwrap_err();
    assert!(fault(&error).unwrap().message.contains("truncated"), "{error:#}");
}

#[test]
fn reading_behind_the_end_of_a_zstd_member_is_no_standstill() {
    let bytes = zstd::encode_all(archive(&[file("a", "x"), file("b", "")]).as_slice(), 1).unwrap();
    let mut members = Members::new(Stream(compression::decoder(bytes.as_slice()).unwrap()));
    while members.next().unwrap().is_some() {
        let mut content = members.content();
        for _ in 0..100 {
            assert!(content.read(&mut [0; 8]).unwrap() <= 1);
        }
    }
}

#[test]
fn a_damaged_compressed_stream_is_refused() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&archive(&[file("a", "content")])).unwrap();
    let mut bytes = gzip.finish().unwrap();
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 1;
    let error = extract(&bytes, 0, &[]).unwrap_err();
    assert!(fault(&error).unwrap().message.contains("damaged"), "{error:#}");
}

#[test]
fn a_missing_member_is_an_error_that_names_its_neighbours() {
    let bytes = archive(&[
        file("r/bin/containerd", ""),
        file("r/bin/ctr", ""),
        file("r/x", ""),
        file("r/LICENSE", ""),
    ]);
    let error = extract(&bytes, 1, &["bin/contained"]).unwrap_err();
    let fault = fault(&error).unwrap();
    assert_eq!(fault.message, "the archive has no member `bin/contained`");
    assert!(fault.hint.as_ref().unwrap().starts_with("the archive has `bin/containerd`, "), "{fault:?}");
}

#[test]
fn a_selected_link_to_an_unselected_file_is_an_error() {
    let bytes = archive(&[file("a", "x"), member("b", EntryType::Link, "a", b"")]);
    let error = extract(&bytes, 0, &["b"]).unwrap_err();
    assert!(fault(&error).unwrap().message.contains("not selected"));
}
