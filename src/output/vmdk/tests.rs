use super::*;
use crate::identity;
use crate::output::extents;
use crate::output::testing::{noise, realistic, sparse};
use crate::process::foreign;
use proptest::prelude::*;
use std::fs::File;
use std::path::Path;

const EOS: [u8; SECTOR_BYTES] = [0; SECTOR_BYTES];

fn identity() -> Identity {
    Identity { file_name: "disk.vmdk".into(), uuid: identity::uuid("test", "vmdk") }
}

fn bytes_of(raw: &File, jobs: usize) -> Vec<u8> {
    let mut image = Vec::new();
    write(raw, &mut image, &identity(), jobs).unwrap();
    image
}

fn number(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// The footer, which is before the end-of-stream marker and behind its own.
fn footer(image: &[u8]) -> &[u8] {
    &image[image.len() - 2 * SECTOR_BYTES..image.len() - SECTOR_BYTES]
}

fn convert(image: &Path) -> tempfile::NamedTempFile {
    let back = tempfile::NamedTempFile::new().unwrap();
    let convert = foreign("qemu-img").args(["convert", "-f", "vmdk", "-O", "raw"]);
    convert.arg(image).arg(back.path()).run().unwrap();
    back
}

#[test]
fn qemu_finds_no_fault_and_the_same_disk() {
    let raw = realistic();
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("disk.vmdk");
    fs_err::write(&image, bytes_of(raw.as_file(), 2)).unwrap();
    let qemu = |arguments: &[&str]| foreign("qemu-img").args(arguments).arg(&image);
    let check = qemu(&["check", "-f", "vmdk"]).text().unwrap();
    assert!(check.contains("No errors were found"), "{check}");
    let info: serde_json::Value =
        serde_json::from_str(&qemu(&["info", "--output", "json"]).text().unwrap()).unwrap();
    assert_eq!(info["format"], "vmdk");
    assert_eq!(info["virtual-size"].as_u64(), raw.as_file().metadata().ok().map(|m| m.len()));
    let data = &info["format-specific"]["data"];
    assert_eq!(data["create-type"], "streamOptimized");
    assert_eq!(data["extents"][0]["compressed"], true);
    let back = convert(&image);
    assert_eq!(extents::sha256(back.as_file()).unwrap(), extents::sha256(raw.as_file()).unwrap());
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let raw = realistic();
    let one = bytes_of(raw.as_file(), 1);
    for jobs in [2, 3, 7] {
        assert!(one == bytes_of(raw.as_file(), jobs), "{jobs} threads");
    }
}

#[test]
fn the_file_ends_with_directory_footer_and_end_of_stream() {
    let image = bytes_of(sparse(1 << 20, &[(0, vec![1])]).as_file(), 1);
    assert_eq!(image[image.len() - SECTOR_BYTES..], EOS);
    let (header, footer) = (&image[..SECTOR_BYTES], footer(&image));
    assert_eq!((number(header, 56), header[..56] == footer[..56]), (u64::MAX, true));
    assert_eq!(header[64..], footer[64..]);
    let marker = &image[image.len() - 3 * SECTOR_BYTES..][..16];
    assert_eq!(marker, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
    let directory = usize::try_from(number(footer, 56)).unwrap() * SECTOR_BYTES;
    let table = u32::from_le_bytes(image[directory..directory + 4].try_into().unwrap());
    assert_eq!(image[usize::try_from(table).unwrap() * SECTOR_BYTES - SECTOR_BYTES + 12], 1);
}

#[test]
fn grains_begin_with_their_sector_and_length() {
    let image = bytes_of(sparse(1 << 20, &[(3 * GRAIN, vec![1])]).as_file(), 1);
    let grain = &image[usize::try_from(OVERHEAD_SECTORS).unwrap() * SECTOR_BYTES..];
    assert_eq!(number(grain, 0), 3 * GRAIN_SECTORS);
    let length = u32::from_le_bytes(grain[8..12].try_into().unwrap());
    assert!(length > 10 && length < 200, "{length}");
    assert_eq!(grain[12] & 0x0f, 8, "a zlib stream");
}

#[test]
fn a_disk_without_data_has_no_tables() {
    let image = bytes_of(sparse(1 << 30, &[]).as_file(), 1);
    let overhead = usize::try_from(OVERHEAD_SECTORS).unwrap();
    assert_eq!(image.len(), (overhead + 1 + 1 + 3) * SECTOR_BYTES);
}

#[test]
fn a_disk_that_the_format_cannot_hold_is_refused() {
    for size in [0, 513, 4 << 40] {
        let error = write(sparse(size, &[]).as_file(), Vec::new(), &identity(), 1).unwrap_err();
        assert_eq!(crate::error::exit_code(&error), 3, "{size}");
    }
}

#[test]
fn no_disk_has_the_content_id_of_a_missing_parent() {
    let identity = Identity { file_name: "a".into(), uuid: uuid::Uuid::from_u128(u128::MAX) };
    let text = String::from_utf8(descriptor::to_bytes(&identity, 1).unwrap()).unwrap();
    assert!(text.contains("\nCID=fffffffe\n"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn qemu_reads_back_any_disk(
        pieces in proptest::collection::vec((0u64..80 << 20, 1usize..300_000, any::<u64>()), 0..5),
        sectors in 1u64..(80 << 20) / SECTOR,
    ) {
        let pieces: Vec<_> =
            pieces.into_iter().map(|(offset, length, seed)| (offset, noise(length, seed))).collect();
        let raw = sparse(sectors * SECTOR, &pieces);
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("disk.vmdk");
        fs_err::write(&image, bytes_of(raw.as_file(), 2)).unwrap();
        let back = convert(&image);
        prop_assert_eq!(extents::sha256(back.as_file()).unwrap(), extents::sha256(raw.as_file()).unwrap());
    }
}
