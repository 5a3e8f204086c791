use super::*;
use crate::inspect::testing::{self, ROOT_TYPE};
use proptest::prelude::*;
use std::sync::LazyLock;

/// 4 MiB: a BIOS-boot and a root partition of 1 MiB each, made by gptman.
static DISK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let file = tempfile::NamedTempFile::new().unwrap();
    let parts = [(testing::BIOS_TYPE, "bios", &[1; 512][..]), (ROOT_TYPE, "root ä", &[2; 512][..])];
    testing::write_disk(file.path(), &parts);
    fs_err::read(file.path()).unwrap()
});

fn message(disk: &Vec<u8>) -> String {
    PartitionTable::read(disk).unwrap_err().to_string()
}

#[test]
fn reads_what_gptman_wrote() {
    let table = PartitionTable::read(&*DISK).unwrap();
    let root = table.find(Role::Root).unwrap();
    assert_eq!((root.start, root.size, root.name.as_str()), (2 << 20, 1 << 20, "root ä"));
    assert_eq!(root.kind, ROOT_TYPE);
    assert_eq!(table.partitions.keys().copied().collect::<Vec<_>>(), [1, 2]);
    assert_eq!((table.from_backup, table.disk.as_str()), (false, "07070707-0707-0707-0707-070707070707"));
}

#[test]
fn falls_back_to_the_table_at_the_end() {
    let mut disk = DISK.clone();
    disk[512..1024].fill(0);
    let table = PartitionTable::read(&disk).unwrap();
    assert!(table.from_backup);
    assert_eq!(table.partitions, PartitionTable::read(&*DISK).unwrap().partitions);
}

#[test]
fn refuses_a_disk_without_table_and_a_truncated_one() {
    assert!(message(&vec![0; 1 << 20]).contains("does not begin with `EFI PART`"));
    assert!(message(&Vec::new()).contains("reading sector 1"));
    let error = message(&DISK[..2 << 20].to_vec());
    assert!(error.contains("partition 2: it ends at sector 6143, the disk has 4096"), "{error}");
}

#[test]
fn refuses_huge_tables_before_it_makes_room_for_them() {
    for (offset, value, expected) in
        [(80, u32::MAX, "4294967295 entries"), (84, u32::MAX, "entries of 4294967295 bytes")]
    {
        let mut disk = DISK[..1 << 20].to_vec();
        disk[512 + offset..516 + offset].copy_from_slice(&value.to_le_bytes());
        sign_header(&mut disk);
        let error = message(&disk);
        assert!(error.contains(expected), "{error}");
    }
}

fn sign_header(disk: &mut [u8]) {
    disk[528..532].fill(0);
    let checksum = crc32(&disk[512..604]);
    disk[528..532].copy_from_slice(&checksum.to_le_bytes());
}

proptest! {
    #[test]
    fn never_panics_on_changed_bytes(changes in prop::collection::vec((0_usize..20_480, any::<u8>()), 1..8)) {
        let mut disk = DISK.clone();
        for (offset, byte) in changes {
            disk[offset] = byte;
        }
        sign_header(&mut disk);
        let _ = PartitionTable::read(&disk);
    }
}
