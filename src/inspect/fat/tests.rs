use super::*;
use crate::digest::Sha256;
use crate::process::foreign;
use proptest::prelude::*;
use std::rc::Rc;
use std::sync::LazyLock;

/// A file system of `kib` KiB by mkfs.vfat with files by mtools.
fn image(width: u8, kib: u64) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let (image, file) = (directory.path().join("fat"), directory.path().join("A long name for grub.cfg"));
    let mtools = |program: &str| foreign(program).arg("-i").arg(&image);
    let mut make = foreign("mkfs.vfat").args(["-C", "-i", "12345678", "-F", &width.to_string()]);
    if width == 32 {
        make = make.args(["-s", "1"]);
    }
    make.arg(&image).arg(kib.to_string()).run().unwrap();
    fs_err::write(&file, vec![7; 20_000]).unwrap();
    mtools("mmd").args(["::/EFI", "::/EFI/BOOT"]).run().unwrap();
    mtools("mcopy").arg(&file).arg("::/EFI/BOOT/BOOTX64.EFI").run().unwrap();
    mtools("mcopy").arg(&file).arg("::/EFI/BOOT").run().unwrap();
    fs_err::write(&file, "").unwrap();
    mtools("mcopy").arg(&file).arg("::/empty").run().unwrap();
    fs_err::read(&image).unwrap()
}

fn files(bytes: Vec<u8>) -> Result<BTreeMap<String, FatFile>> {
    Fat::open(Rc::new(bytes))?.files()
}

static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| image(12, 256));

#[test]
fn lists_what_mtools_wrote_in_all_widths() {
    for (width, kib, expected) in
        [(12, 256, Width::Bits12), (16, 9_000, Width::Bits16), (32, 40_000, Width::Bits32)]
    {
        let bytes = image(width, kib);
        assert_eq!(Fat::open(Rc::new(bytes.clone())).unwrap().geometry.width, expected);
        let files = files(bytes).unwrap();
        let paths: Vec<_> = files.keys().map(String::as_str).collect();
        let long = "/EFI/BOOT/A long name for grub.cfg";
        assert_eq!(paths, ["/EFI", "/EFI/BOOT", long, "/EFI/BOOT/BOOTX64.EFI", "/empty"], "{width}");
        assert_eq!(files[long].sha256, Some(Sha256::of(vec![7; 20_000])), "{width}");
        assert_eq!((files[long].size, files["/EFI"].sha256, files["/empty"].size), (20_000, None, 0));
        assert!(files[long].modified.starts_with("20"), "{}", files[long].modified);
    }
}

#[test]
fn what_is_no_fat_is_refused() {
    for bytes in [vec![], vec![0; 512], vec![0xff; 4096], SMALL[..600].to_vec()] {
        assert!(files(bytes).is_err());
    }
}

#[test]
fn a_chain_that_leads_in_circles_is_refused() {
    let mut bytes = SMALL.clone();
    let fat = Fat::open(Rc::new(bytes.clone())).unwrap();
    let table = usize::try_from(fat.geometry.entry_offset(0)).unwrap();
    // cluster 2 holds the first folder; now it is followed by itself
    bytes[table + 3] = 2;
    bytes[table + 4] &= 0xf0;
    let error = files(bytes).unwrap_err();
    assert!(format!("{error:#}").contains("lead in circles"), "{error:#}");
}

proptest! {
    #[test]
    fn never_panics_on_changed_bytes(changes in prop::collection::vec((0_usize..32_768, any::<u8>()), 1..30)) {
        let mut bytes = SMALL.clone();
        for (offset, byte) in changes {
            bytes[offset] = byte;
        }
        let _ = files(bytes);
    }

    #[test]
    fn never_panics_on_a_changed_boot_sector(changes in prop::collection::vec((0_usize..64, any::<u8>()), 1..4)) {
        let mut bytes = SMALL.clone();
        for (offset, byte) in changes {
            bytes[offset] = byte;
        }
        let _ = files(bytes);
    }
}
