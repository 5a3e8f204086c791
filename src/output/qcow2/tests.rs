use super::reader::Reader;
use super::*;
use crate::output::pipeline;
use crate::output::testing::{noise, realistic, sparse};
use crate::process::foreign;
use proptest::prelude::*;
use std::io::{Cursor, Read as _};
use std::os::unix::fs::FileExt as _;

fn bytes_of(raw: &std::fs::File, compression: Compression, jobs: usize) -> Vec<u8> {
    let mut image = Cursor::new(Vec::new());
    write(raw, &mut image, compression, jobs, None).unwrap();
    image.into_inner()
}

/// The image of `raw` with what an image of `before` has.
fn bytes_after(before: &std::fs::File, raw: &std::fs::File, compression: Compression) -> Vec<u8> {
    let old = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(old.path(), bytes_of(before, compression, 1)).unwrap();
    let earlier = Earlier::new(before.try_clone().unwrap(), old.into_file()).unwrap();
    let mut image = Cursor::new(Vec::new());
    write(raw, &mut image, compression, 2, Some(&earlier)).unwrap();
    image.into_inner()
}

fn assert_qemu_agrees(raw: &tempfile::NamedTempFile, compression: Compression) {
    let image = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(image.path(), bytes_of(raw.as_file(), compression, 2)).unwrap();
    let qemu = |arguments: &[&str]| foreign("qemu-img").args(arguments);
    let check = qemu(&["check", "-f", "qcow2"]).arg(image.path()).text().unwrap();
    assert!(check.contains("No errors were found"), "{check}");
    qemu(&["compare", "-f", "raw", "-F", "qcow2"]).arg(raw.path()).arg(image.path()).run().unwrap();
    let info = qemu(&["info", "--output", "json"]).arg(image.path()).text().unwrap();
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    let name = format!("{compression:?}").to_lowercase();
    assert_eq!(info["virtual-size"].as_u64(), raw.as_file().metadata().ok().map(|m| m.len()));
    assert_eq!(info["format-specific"]["data"]["compression-type"].as_str(), Some(name.as_str()));
}

#[test]
fn qemu_finds_no_fault_and_the_same_disk() {
    let raw = realistic();
    assert_qemu_agrees(&raw, Compression::Zstd);
    assert_qemu_agrees(&raw, Compression::Zlib);
}

#[test]
fn qemu_agrees_about_disks_without_data_and_without_holes() {
    for raw in [sparse(0, &[]), sparse(1 << 40, &[]), sparse(512, &[(0, vec![1; 512])])] {
        assert_qemu_agrees(&raw, Compression::Zstd);
    }
}

#[test]
fn the_number_of_threads_and_the_holes_change_nothing() {
    let raw = realistic();
    let once = bytes_of(raw.as_file(), Compression::Zstd, 1);
    for jobs in [0, 2, 5] {
        assert!(bytes_of(raw.as_file(), Compression::Zstd, jobs) == once, "{jobs}");
    }
    let zeros_written = vec![0; 2 << 20];
    raw.as_file().write_all_at(&zeros_written, 100 << 20).unwrap();
    assert!(bytes_of(raw.as_file(), Compression::Zstd, 2) == once);
}

#[test]
fn what_compresses_takes_little_and_zeros_take_nothing() {
    let text = sparse(8 << 20, &[(0, b"abc".repeat(1 << 20))]);
    let (empty, text) = (sparse(8 << 20, &[]), bytes_of(text.as_file(), Compression::Zstd, 1).len());
    let empty = bytes_of(empty.as_file(), Compression::Zstd, 1).len();
    assert_eq!(empty, 4 * CLUSTER_BYTES, "header, L1, refcount block and table");
    assert_eq!(text, empty + 2 * CLUSTER_BYTES, "one L2 table, one cluster of data");
}

#[test]
fn odd_and_enormous_sizes_are_refused() {
    for size in [100, 1 << 53] {
        let raw = sparse(0, &[]);
        if raw.as_file().set_len(size).is_ok() {
            assert!(write(raw.as_file(), &mut Cursor::new(Vec::new()), Compression::Zstd, 1, None).is_err());
        }
    }
}

#[test]
fn a_writer_that_fails_ends_all_threads_with_its_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    impl std::io::Seek for Full {
        fn seek(&mut self, _: std::io::SeekFrom) -> std::io::Result<u64> {
            Ok(0)
        }
    }
    let raw = sparse(64 << 20, &[(0, noise(32 << 20, 3))]);
    let error = write(raw.as_file(), &mut Full, Compression::Zstd, 2, None).unwrap_err();
    let io: &std::io::Error = error.downcast_ref().unwrap();
    assert_eq!(io.kind(), std::io::ErrorKind::StorageFull);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn our_reader_reads_what_was_written(
        pieces in proptest::collection::vec((0u64..3_000_000, 1usize..200_000, any::<Option<u64>>()), 0..6),
        sectors in 0u64..6500, zlib in any::<bool>(),
    ) {
        let contents = pieces.into_iter().map(|(offset, length, seed)| {
            (offset, seed.map_or_else(|| vec![b'a'; length], |seed| noise(length, seed)))
        });
        let raw = sparse(sectors * 512, &contents.collect::<Vec<_>>());
        let compression = if zlib { Compression::Zlib } else { Compression::Zstd };
        let mut read = Vec::new();
        let image = Cursor::new(bytes_of(raw.as_file(), compression, 2));
        Reader::open(image).unwrap().read_to_end(&mut read).unwrap();
        prop_assert!(read == fs_err::read(raw.path()).unwrap());
    }
}

#[test]
fn what_an_earlier_image_has_changes_no_byte() {
    let (before, after) = (realistic(), realistic());
    after.as_file().write_all_at(&noise(100_000, 9), 5 << 20).unwrap();
    after.as_file().write_all_at(&vec![0; 1 << 20], 512 << 20).unwrap();
    let grown = sparse(2 << 30, &[(3 << 20, noise(5 << 20, 1)), ((2 << 30) - 9, vec![1; 9])]);
    for raw in [&before, &after, &grown] {
        for compression in [Compression::Zstd, Compression::Zlib] {
            let fresh = bytes_of(raw.as_file(), compression, 2);
            assert!(bytes_after(before.as_file(), raw.as_file(), compression) == fresh);
        }
    }
}

#[test]
fn an_earlier_image_is_really_used() {
    let raw = realistic();
    let image = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(image.path(), bytes_of(raw.as_file(), Compression::Zstd, 1)).unwrap();
    let earlier = Earlier::new(raw.reopen().unwrap(), image.reopen().unwrap()).unwrap();
    let clusters = vec![0; 16 * CLUSTER_BYTES];
    let mut chunk = pipeline::Chunk { first_cluster: (3 << 20) / CLUSTER, bytes: clusters };
    assert!(earlier.packed(&chunk).is_none(), "zeros are not what was there");
    raw.as_file().read_exact_at(&mut chunk.bytes, 3 << 20).unwrap();
    assert_eq!(earlier.packed(&chunk).unwrap().len(), 16);
}

#[test]
fn an_image_unpacks_to_the_disk_that_it_was_made_of() {
    let raw = realistic();
    let image = Cursor::new(bytes_of(raw.as_file(), Compression::Zstd, 2));
    let back = tempfile::tempfile().unwrap();
    unpack(image, &back).unwrap();
    let digest = crate::output::extents::sha256;
    assert_eq!(digest(&back).unwrap(), digest(raw.as_file()).unwrap());
}
