use super::*;
use crate::layers::read;
use crate::process::Tool;

#[test]
fn sizes_beyond_8_gib_are_understood_by_us_and_by_gnu_tar() {
    let dir = tempfile::tempdir().unwrap();
    let content = Content::Range { file: "not-opened".into(), offset: 0, length: 9 << 30 };
    let header = header::ustar("big", &Entry { mtime: 0, ..Entry::file(content, 0o644) }).unwrap();
    let path = dir.path().join("big.tar");
    fs_err::write(&path, header.as_bytes()).unwrap();
    let file = fs_err::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len((9 << 30) + 3 * BLOCK).unwrap();
    assert_eq!(read::tree(&path, 0).unwrap().content_bytes(), 9 << 30);
    let listing = Tool::new("tar").arg("-tvf").arg(&path).text().unwrap();
    assert!(listing.contains(" 9663676416 "), "{listing}");
}

#[test]
fn headers_hold_no_names_of_users() {
    let mut out = Vec::new();
    let mut tree = Tree::new(0);
    tree.insert("a", Entry::file(Content::Bytes("x".into()), 0o644)).unwrap();
    tar(&tree, &mut out).unwrap();
    assert!(out[265..329].iter().all(|byte| *byte == 0), "uname and gname");
    assert_eq!(out.len() as u64, 4 * BLOCK);
}

#[test]
fn an_error_names_the_path() {
    let mut tree = Tree::new(0);
    let content = Content::Range { file: "/nonexistent/file".into(), offset: 0, length: 1 };
    tree.insert("etc/a", Entry::file(content, 0o644)).unwrap();
    let error = format!("{:#}", tar(&tree, std::io::sink()).unwrap_err());
    assert!(error.starts_with("writing `/etc/a`: ") && error.contains("/nonexistent/file"), "{error}");
}
