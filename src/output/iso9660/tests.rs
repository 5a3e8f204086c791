use super::*;
use crate::process::{Tool, foreign};
use proptest::prelude::*;
use std::path::Path;

fn seed() -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([
        ("user-data".to_owned(), b"#cloud-config\n".repeat(400)),
        ("meta-data".to_owned(), b"instance-id: a\n".to_vec()),
        ("network-config".to_owned(), vec![b'x'; SECTOR_BYTES]),
        ("vendor-data".to_owned(), Vec::new()),
    ])
}

fn bytes_of(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, "cidata", files).unwrap();
    bytes
}

fn isoinfo(iso: &Path) -> Tool {
    foreign("isoinfo").arg("-J").arg("-i").arg(iso)
}

fn assert_isoinfo_reads_back(files: &BTreeMap<String, Vec<u8>>) {
    let iso = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(iso.path(), bytes_of(files)).unwrap();
    let listing = isoinfo(iso.path()).arg("-f").text().unwrap();
    let listed: std::collections::BTreeSet<_> = listing.lines().collect();
    let expected: Vec<_> = files.keys().map(|name| format!("/{name}")).collect();
    assert_eq!(listed, expected.iter().map(String::as_str).collect());
    for (name, bytes) in files {
        let content = isoinfo(iso.path()).arg("-x").arg(format!("/{name}")).output().unwrap();
        assert!(&content == bytes, "{name}");
    }
}

#[test]
fn isoinfo_reads_back_names_and_contents() {
    assert_isoinfo_reads_back(&seed());
}

#[test]
fn isoinfo_reads_a_directory_of_several_sectors() {
    let many = (0..120u16).map(|n| (format!("a-file-with-a-long-name-{n:03}"), n.to_le_bytes().to_vec()));
    assert_isoinfo_reads_back(&many.collect());
}

#[test]
fn isoinfo_reads_the_primary_tree_and_the_volume_name_too() {
    let iso = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(iso.path(), bytes_of(&seed())).unwrap();
    let primary = foreign("isoinfo").arg("-f").arg("-i").arg(iso.path()).text().unwrap();
    assert_eq!(primary, "/META_DATA.;1\n/NETWORK_CONFIG.;1\n/USER_DATA.;1\n/VENDOR_DATA.;1\n");
    let about = foreign("isoinfo").args(["-d", "-i"]).arg(iso.path()).text().unwrap();
    assert!(about.contains("Volume id: cidata\n") && about.contains("Joliet with UCS level 3"), "{about}");
}

#[test]
fn the_size_is_what_the_descriptor_says_and_two_runs_are_equal() {
    let bytes = bytes_of(&seed());
    let said = u32::from_le_bytes(bytes[16 * SECTOR_BYTES + 80..16 * SECTOR_BYTES + 84].try_into().unwrap());
    assert_eq!(bytes.len(), said as usize * SECTOR_BYTES);
    assert!(bytes == bytes_of(&seed()));
}

#[test]
fn names_that_cannot_be_recorded_are_refused() {
    for name in ["", "a/b", "ü", "a;1", &"x".repeat(31)] {
        let files = BTreeMap::from([(name.to_owned(), Vec::new())]);
        assert!(write(&mut Vec::new(), "cidata", &files).is_err(), "{name}");
    }
    let equal = BTreeMap::from([("a-b".to_owned(), Vec::new()), ("A_B".to_owned(), Vec::new())]);
    assert!(write(&mut Vec::new(), "cidata", &equal).unwrap_err().to_string().contains("same name"));
    assert!(write(&mut Vec::new(), "seventeen-letters", &seed()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn isoinfo_reads_back_any_sizes(sizes in proptest::collection::vec(0usize..6000, 1..5)) {
        let files = sizes.iter().enumerate().map(|(n, size)| (format!("f-{n}.yaml"), vec![b'y'; *size]));
        assert_isoinfo_reads_back(&files.collect());
    }
}
