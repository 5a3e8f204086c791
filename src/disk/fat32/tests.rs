use super::*;
use crate::process::foreign;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const START: u64 = 1 << 20;

fn files() -> BTreeMap<String, Vec<u8>> {
    let noise: Vec<u8> = (0..500_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut files = BTreeMap::from([
        ("EFI/BOOT/BOOTX64.EFI".to_owned(), noise.clone()),
        ("EFI/BOOT/grubx64.efi".to_owned(), noise[..700_001].to_vec()),
        ("EFI/debian/grub.cfg".to_owned(), b"configfile x\n".to_vec()),
        ("EFI/debian/empty".to_owned(), Vec::new()),
        ("readme.txt".to_owned(), vec![b'x'; 512]),
    ]);
    files.extend((0..300u32).map(|n| (format!("many/f{n}.txt"), n.to_le_bytes().to_vec())));
    files
}

fn written(mib: u64) -> tempfile::NamedTempFile {
    let volume = Volume { id: 0xdead_beef, label: *b"ESP        ", start: START, length: mib << 20 };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(START + volume.length).unwrap();
    write(&mut file, volume, &files()).unwrap();
    file
}

/// The volume alone, which is what `fsck.vfat` can read.
fn cut_out(disk: &Path) -> tempfile::NamedTempFile {
    let mut from = fs_err::File::open(disk).unwrap();
    from.seek(SeekFrom::Start(START)).unwrap();
    let mut to = tempfile::NamedTempFile::new().unwrap();
    std::io::copy(&mut from, &mut to).unwrap();
    to
}

#[test]
fn two_runs_give_the_same_bytes_and_leave_the_disk_sparse() {
    let [a, b] = [written(64), written(64)];
    assert!(fs_err::read(a.path()).unwrap() == fs_err::read(b.path()).unwrap());
    let allocated = a.as_file().metadata().unwrap().blocks() * 512;
    assert!(allocated < 4 << 20, "{allocated} bytes for 2.9 MB of files");
}

#[test]
fn fsck_finds_no_fault_whatever_the_cluster_size() {
    for mib in [33, 64, 261, 512] {
        let volume = cut_out(written(mib).path());
        let report = foreign("fsck.vfat").args(["-n", "-v"]).arg(volume.path()).text().unwrap();
        assert!(report.contains("FATs, 32 bit entries"), "{report}");
    }
}

#[test]
fn mtools_reads_back_every_file_and_the_label() {
    let disk = written(64);
    let image = format!("{}@@{START}", disk.path().display());
    for (path, bytes) in files().into_iter().filter(|(path, _)| !path.starts_with("many/f2")) {
        let content = foreign("mcopy").args(["-i", &image, &format!("::/{path}"), "-"]).output().unwrap();
        assert!(content == bytes, "{path}");
    }
    let listing = foreign("mdir").args(["-i", &image, "::/EFI/BOOT"]).text().unwrap();
    assert!(listing.contains("Volume in drive : is ESP"), "{listing}");
    assert!(listing.contains("DEAD-BEEF") && listing.contains("1980-01-01"), "{listing}");
    assert!(listing.contains("grubx64  efi") && listing.contains("BOOTX64  EFI"), "{listing}");
}

#[test]
fn files_that_do_not_fit_or_clash_are_errors() {
    let volume = Volume { id: 1, label: *b"ESP        ", start: 0, length: 34 << 20 };
    let refused = |files: &[(&str, usize)]| {
        let files = files.iter().map(|(path, length)| ((*path).to_owned(), vec![1; *length])).collect();
        write(&mut std::io::Cursor::new(Vec::new()), volume, &files).unwrap_err().to_string()
    };
    assert!(refused(&[("EFI/big", 35 << 20)]).contains("do not fit"));
    assert!(refused(&[("EFI", 1), ("EFI/a", 1)]).contains("`EFI/a`"));
    assert!(refused(&[("EFI/long-file-name", 1)]).contains("`long-file-name`"));
}
