use super::*;
use crate::output::qcow2::{Compression, write};
use crate::process::foreign;
use proptest::prelude::*;
use std::io::{Cursor, Write as _};
use std::os::unix::fs::FileExt as _;

const SIZE: u64 = 3 << 20;

/// A small disk with compressible, incompressible and absent clusters.
fn disk() -> tempfile::NamedTempFile {
    let disk = tempfile::NamedTempFile::new().unwrap();
    disk.as_file().set_len(SIZE).unwrap();
    disk.as_file().write_all_at(&b"text ".repeat(30_000), 1000).unwrap();
    let noise: Vec<u8> = (0..50_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    disk.as_file().write_all_at(&noise, 1 << 20).unwrap();
    disk
}

fn image() -> Vec<u8> {
    let mut image = Cursor::new(Vec::new());
    write(disk().as_file(), &mut image, Compression::Zstd, 1, None).unwrap();
    image.into_inner()
}

fn read_all(image: impl Read + Seek) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Reader::open(image)?.take(2 * SIZE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[test]
fn what_qemu_img_wrote_is_read_exactly() {
    let disk = disk();
    let plain = fs_err::read(disk.path()).unwrap();
    let variants = [
        vec!["-o", "compat=0.10"],
        vec!["-o", "compat=1.1"],
        vec!["-c"],
        vec!["-c", "-o", "compression_type=zstd"],
        vec!["-c", "-o", "cluster_size=2M"],
        vec!["-o", "cluster_size=512"],
        vec!["-o", "preallocation=metadata"],
    ];
    for options in variants {
        let converted = tempfile::NamedTempFile::new().unwrap();
        let qemu = foreign("qemu-img").args(["convert", "-f", "raw", "-O", "qcow2"]).args(&options);
        qemu.arg(disk.path()).arg(converted.path()).run().unwrap();
        assert!(read_all(converted.as_file()).unwrap() == plain, "{options:?}");
    }
}

#[test]
fn images_that_need_more_than_the_file_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let create = |arguments: &[&str]| {
        let qemu = foreign("qemu-img").directory(dir.path()).args(["create", "-q", "-f", "qcow2"]);
        qemu.args(arguments).run().unwrap();
    };
    create(&["base.qcow2", "1M"]);
    create(&["-b", "base.qcow2", "-F", "qcow2", "overlay.qcow2"]);
    create(&["-o", "data_file=data.raw", "external.qcow2", "1M"]);
    create(&["-o", "extended_l2=on", "extended.qcow2", "1M"]);
    let refusal =
        |name| Reader::open(fs_err::File::open(dir.path().join(name)).unwrap()).err().unwrap().to_string();
    assert!(refusal("overlay.qcow2").contains("overlay"));
    assert!(refusal("external.qcow2").contains("incompatible features `0x4`"));
    assert!(refusal("extended.qcow2").contains("incompatible features `0x10`"));
}

#[test]
fn a_truncated_image_is_an_error() {
    let image = image();
    for length in [0, 71, 103, 1000, 65_536, 140_000] {
        assert!(read_all(Cursor::new(&image[..length])).is_err(), "{length}");
    }
}

#[test]
fn reading_behind_the_end_is_an_error_and_seeking_works() {
    let mut reader = Reader::open(Cursor::new(image())).unwrap();
    assert!(reader.read_at(SIZE - 1, &mut [0; 2]).is_err());
    assert!(reader.read_at(u64::MAX, &mut [0; 2]).is_err());
    reader.seek(SeekFrom::Start(1000)).unwrap();
    let mut text = [0; 5];
    reader.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"text ");
    assert_eq!(reader.seek(SeekFrom::End(0)).unwrap(), SIZE);
    assert_eq!(reader.read(&mut text).unwrap(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_mutation_makes_the_reader_panic(
        header in proptest::collection::vec((0usize..112, any::<u8>()), 0..4),
        // The L1 table is in the second cluster, the L2 table is near the end.
        tables in proptest::collection::vec((65_536usize..400_000, any::<u8>()), 0..40),
        first_l1 in proptest::option::of(any::<u64>()),
    ) {
        let mut image = image();
        for (offset, byte) in header.into_iter().chain(tables) {
            if let Some(target) = image.get_mut(offset) {
                *target = byte;
            }
        }
        if let Some(entry) = first_l1 {
            (&mut image[65_536..]).write_all(&entry.to_be_bytes()).unwrap();
        }
        drop(read_all(Cursor::new(image)));
    }

    #[test]
    fn no_l2_entry_makes_the_reader_panic(entry in any::<u64>(), index in 0usize..48) {
        let mut image = image();
        let l1: [u8; 8] = image[65_536..65_544].try_into().unwrap();
        let l2 = usize::try_from(l2_offset(u64::from_be_bytes(l1)).unwrap()).unwrap();
        image[l2 + index * 8..l2 + index * 8 + 8].copy_from_slice(&entry.to_be_bytes());
        drop(read_all(Cursor::new(image)));
    }
}
