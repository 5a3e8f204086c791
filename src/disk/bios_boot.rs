//! Makes the disk boot under a BIOS: GRUB's `boot.img` in sector 0, its core image in a partition.
//!
//! What `grub-bios-setup` does on a real disk, without a disk: `boot.img` loads the first sector of the core
//! image, which loads the rest of it by a block list (GRUB's `i386/pc/boot.S`, `diskboot.S` and `setup.c`).

use super::layout::{Partition, SECTOR};
use crate::Result;
use crate::error::Fault;
use anyhow::Context as _;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;

/// [`SECTOR`] as a length in memory.
const SECTOR_BYTES: usize = 512;

/// `boot.img`: u64, the sector of the core image (`GRUB_BOOT_MACHINE_KERNEL_SECTOR`).
const KERNEL_SECTOR: Range<usize> = 0x5c..0x64;
const KERNEL_SECTOR_DEFAULT: [u8; 8] = 1u64.to_le_bytes();
/// `boot.img`: a jump that makes it trust the BIOS's drive number (`GRUB_BOOT_MACHINE_DRIVE_CHECK`).
const DRIVE_CHECK: Range<usize> = 0x66..0x68;
const DRIVE_CHECK_DEFAULT: [u8; 2] = [0xeb, 0x05];
/// Instead of that jump: two `nop`, so that a drive number which a broken BIOS leaves out is corrected.
const DRIVE_CHECK_ENABLED: [u8; 2] = [0x90, 0x90];
/// Sector 0: disk signature, MBR partition table and boot signature, which belong to the partition table.
const KEPT_OF_MBR: Range<usize> = 0x1b8..0x200;
const BOOT_SIGNATURE: Range<usize> = 0x1fe..0x200;
const BOOT_SIGNATURE_VALUE: [u8; 2] = [0x55, 0xaa];

/// First sector of the core image: its only block list entry, at the very end.
const BLOCK_LIST: Range<usize> = 0x1f4..0x200;
/// Where the first entry of the block list is loaded (`GRUB_BOOT_MACHINE_KERNEL_SEG` + 0x20).
const LOAD_SEGMENT: u16 = 0x820;
/// The start that `grub-mkimage` leaves in the block list.
const UNPATCHED_START: u64 = 2;

/// An entry of the block list in `diskboot.img`.
#[derive(Debug, PartialEq, Eq)]
struct BlockList {
    start: u64,
    sectors: u16,
    segment: u16,
}

impl BlockList {
    fn from_bytes(bytes: [u8; 12]) -> Self {
        let [s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, g0, g1] = bytes;
        Self {
            start: u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
            sectors: u16::from_le_bytes([n0, n1]),
            segment: u16::from_le_bytes([g0, g1]),
        }
    }

    fn to_bytes(&self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.sectors.to_le_bytes());
        bytes[10..].copy_from_slice(&self.segment.to_le_bytes());
        bytes
    }
}

/// Installs `boot` (the bytes of `boot.img`) and `core` (what `grub-mkimage -O i386-pc` wrote) on `disk`,
/// which has its partition table already. Refuses images that do not look like GRUB's.
pub fn install(
    disk: &mut (impl Read + Write + Seek),
    partition: &Partition,
    boot: &[u8],
    core: &[u8],
) -> Result<()> {
    let first_sector = partition.start / SECTOR;
    let core = patched_core(core, partition)?;
    let mut mbr = [0; SECTOR_BYTES];
    disk.rewind()?;
    disk.read_exact(&mut mbr).context("reading sector 0")?;
    let boot = patched_boot(boot, &mbr, first_sector)?;
    disk.rewind()?;
    disk.write_all(&boot).context("writing the boot sector")?;
    disk.seek(SeekFrom::Start(partition.start))?;
    disk.write_all(&core).context("writing GRUB's core image")
}

fn patched_boot(boot: &[u8], mbr: &[u8; SECTOR_BYTES], core_sector: u64) -> Result<[u8; SECTOR_BYTES]> {
    let mut sector: [u8; SECTOR_BYTES] =
        boot.try_into().map_err(|_| unexpected("boot.img", "its size is not one sector"))?;
    expect(&sector[KERNEL_SECTOR], &KERNEL_SECTOR_DEFAULT, "boot.img", "the sector of the core image")?;
    expect(&sector[DRIVE_CHECK], &DRIVE_CHECK_DEFAULT, "boot.img", "the drive check")?;
    expect(&sector[BOOT_SIGNATURE], &BOOT_SIGNATURE_VALUE, "boot.img", "the boot signature")?;
    expect(&mbr[BOOT_SIGNATURE], &BOOT_SIGNATURE_VALUE, "sector 0", "the boot signature")?;
    sector[KERNEL_SECTOR].copy_from_slice(&core_sector.to_le_bytes());
    sector[DRIVE_CHECK].copy_from_slice(&DRIVE_CHECK_ENABLED);
    sector[KEPT_OF_MBR].copy_from_slice(&mbr[KEPT_OF_MBR]);
    Ok(sector)
}

fn patched_core(core: &[u8], partition: &Partition) -> Result<Vec<u8>> {
    if core.len() as u64 > partition.length {
        return Err(unexpected("core.img", "it is larger than the BIOS-boot partition").into());
    }
    let list: [u8; 12] = core
        .get(BLOCK_LIST)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| unexpected("core.img", "it is shorter than one sector"))?;
    let sectors = u16::try_from(core.len().div_ceil(SECTOR_BYTES) - 1)
        .map_err(|_| unexpected("core.img", "its block list cannot count its sectors"))?;
    let unpatched = BlockList { start: UNPATCHED_START, sectors, segment: LOAD_SEGMENT };
    if BlockList::from_bytes(list) != unpatched {
        return Err(unexpected("core.img", "its block list is not that of a fresh image").into());
    }
    let mut core = core.to_vec();
    let list = BlockList { start: partition.start / SECTOR + 1, ..unpatched };
    core[BLOCK_LIST].copy_from_slice(&list.to_bytes());
    Ok(core)
}

fn expect(found: &[u8], expected: &[u8], file: &str, field: &str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (hex::encode(found), hex::encode(expected));
    Err(unexpected(file, &format!("{field} is `{found}` and not `{expected}`")).into())
}

fn unexpected(file: &str, what: &str) -> Fault {
    Fault::input(format!("`{file}` is not what GRUB's boot code expects: {what}"))
        .hint("the tools root must have Debian's grub-pc-bin; remove it from the cache to have it made again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const PARTITION: Partition = Partition {
        name: "bios-boot",
        kind: uuid::Uuid::nil(),
        guid: uuid::Uuid::nil(),
        start: 1 << 20,
        length: 1 << 20,
    };

    fn boot() -> Vec<u8> {
        let mut boot = vec![0x11; SECTOR_BYTES];
        boot[KERNEL_SECTOR].copy_from_slice(&KERNEL_SECTOR_DEFAULT);
        boot[DRIVE_CHECK].copy_from_slice(&DRIVE_CHECK_DEFAULT);
        boot[BOOT_SIGNATURE].copy_from_slice(&BOOT_SIGNATURE_VALUE);
        boot
    }

    fn core(length: usize) -> Vec<u8> {
        let mut core = vec![0x22; length];
        let sectors = u16::try_from(length.div_ceil(SECTOR_BYTES) - 1).unwrap();
        let list = BlockList { start: UNPATCHED_START, sectors, segment: LOAD_SEGMENT };
        core[BLOCK_LIST].copy_from_slice(&list.to_bytes());
        core
    }

    fn disk() -> Cursor<Vec<u8>> {
        let mut bytes = vec![0; 3 << 20];
        bytes[KEPT_OF_MBR].fill(0x33);
        bytes[BOOT_SIGNATURE].copy_from_slice(&BOOT_SIGNATURE_VALUE);
        Cursor::new(bytes)
    }

    #[test]
    fn the_boot_sector_points_at_the_core_image_and_keeps_the_partition_table() {
        let mut disk = disk();
        install(&mut disk, &PARTITION, &boot(), &core(1300)).unwrap();
        let bytes = disk.into_inner();
        assert_eq!(bytes[0x5c..0x64], 2048u64.to_le_bytes());
        assert_eq!(bytes[0x66..0x68], [0x90, 0x90]);
        assert_eq!(bytes[0x1b7..0x1ba], [0x11, 0x33, 0x33]);
        let list: [u8; 12] = bytes[(1 << 20) + 0x1f4..(1 << 20) + 0x200].try_into().unwrap();
        assert_eq!(BlockList::from_bytes(list), BlockList { start: 2049, sectors: 2, segment: 0x820 });
        assert_eq!(bytes[(1 << 20) + 1299..(1 << 20) + 1301], [0x22, 0]);
    }

    #[test]
    fn images_that_are_not_grubs_are_refused_and_the_disk_is_untouched() {
        let patched = {
            let mut core = core(1300);
            core[0x1f4] = 9;
            core
        };
        let mut foreign = boot();
        foreign[0x5c] = 2;
        let cases = [
            (boot(), Vec::new()),
            (boot(), core(1301)[..1024].to_vec()),
            (boot(), core((1 << 20) + 1)),
            (boot(), patched),
            (boot()[..511].to_vec(), core(1300)),
            (foreign, core(1300)),
        ];
        for (boot, core) in cases {
            let mut disk = disk();
            assert!(install(&mut disk, &PARTITION, &boot, &core).is_err());
            assert!(disk.into_inner() == self::disk().into_inner());
        }
    }
}
