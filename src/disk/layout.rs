//! Where each partition lies and what it is called: pure data, computed from sizes and the image's name.
//!
//! Type GUIDs: the UEFI specification 2.10, section 5.3.3; GRUB's BIOS-boot partition; and the Discoverable
//! Partitions Specification of the UAPI group for the root, which lets systemd find and grow it.

use crate::Result;
use crate::architecture::Architecture;
use crate::definition::Definition;
use crate::error::Fault;
use crate::identity;
use crate::size::ByteSize;
use uuid::{Uuid, uuid};

/// Bytes in a logical sector; GPT counts in these.
pub const SECTOR: u64 = 512;
/// Every partition begins and ends on a multiple of this many bytes, as good for SSDs and for cloud volumes.
pub const ALIGNMENT: u64 = 1 << 20;
/// Sectors of the backup GPT at the end of the disk: 128 entries of 128 bytes, then the header.
pub const BACKUP_GPT_SECTORS: u64 = 33;

const BIOS_BOOT_LENGTH: u64 = ALIGNMENT;
/// FAT32 needs 65 525 clusters, which are 512 bytes in volumes of this size, besides two FATs.
const MINIMUM_ESP: u64 = 33 * ALIGNMENT;
const MINIMUM_ROOT: u64 = 64 * ALIGNMENT;

const BIOS_BOOT_TYPE: Uuid = uuid!("21686148-6449-6e6f-744e-656564454649");
const ESP_TYPE: Uuid = uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
const ROOT_AMD64_TYPE: Uuid = uuid!("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
const ROOT_ARM64_TYPE: Uuid = uuid!("b921b045-1df0-41c3-af44-4c6f280d3fae");

/// A whole disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Bytes, a multiple of [`ALIGNMENT`].
    pub size: u64,
    /// GUID of the disk.
    pub guid: Uuid,
    /// Where BIOS GRUB's core image lives; there is no BIOS on arm64.
    pub bios_boot: Option<Partition>,
    /// EFI system partition.
    pub esp: Partition,
    /// The last partition, so that it can grow with the disk.
    pub root: Partition,
    /// Serial number of the FAT file system.
    pub esp_volume_id: u32,
    /// UUID of the root file system.
    pub root_uuid: Uuid,
    /// Seed of the root file system's directory hashes.
    pub root_hash_seed: Uuid,
}

/// A partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// What the table calls it.
    pub name: &'static str,
    /// What sort of partition it is.
    pub kind: Uuid,
    /// Its own GUID.
    pub guid: Uuid,
    /// First byte; a multiple of [`ALIGNMENT`].
    pub start: u64,
    /// Bytes; a multiple of [`ALIGNMENT`].
    pub length: u64,
}

impl Partition {
    /// The first byte behind it.
    pub fn end(&self) -> u64 {
        self.start + self.length
    }
}

impl Layout {
    /// Plans a disk of `size` bytes with an EFI system partition of `esp` bytes for the image called `image`.
    /// Fails with [`crate::error::Kind::Input`] if a size is too small or no whole number of MiB.
    pub fn plan(image: &str, architecture: Architecture, size: ByteSize, esp: ByteSize) -> Result<Self> {
        check_aligned("disk.size", size)?;
        check_aligned("disk.esp", esp)?;
        check_at_least("disk.esp", esp, MINIMUM_ESP)?;
        let mut cursor = Cursor { image, position: ALIGNMENT };
        let bios_boot = match architecture {
            Architecture::Amd64 => Some(cursor.take("bios-boot", BIOS_BOOT_TYPE, BIOS_BOOT_LENGTH)),
            Architecture::Arm64 => None,
        };
        let esp = cursor.take("esp", ESP_TYPE, esp.get());
        check_at_least("disk.size", size, cursor.position + MINIMUM_ROOT + ALIGNMENT)?;
        let root_end = (size.get() - BACKUP_GPT_SECTORS * SECTOR) / ALIGNMENT * ALIGNMENT;
        let root = cursor.take("root", root_type(architecture), root_end - cursor.position);
        Ok(Self {
            size: size.get(),
            guid: identity::uuid(image, "disk"),
            bios_boot,
            esp,
            root,
            esp_volume_id: identity::volume_id(image, "esp-volume"),
            root_uuid: identity::uuid(image, "root-filesystem"),
            root_hash_seed: identity::uuid(image, "root-hash-seed"),
        })
    }

    /// Plans the disk of `definition`.
    pub fn of(definition: &Definition) -> Result<Self> {
        let Definition { name, base, disk, .. } = definition;
        Self::plan(name, base.architecture, disk.size, disk.esp)
    }

    /// The UUID that Linux shows for the EFI system partition's file system: its serial number, `1234-ABCD`.
    pub fn esp_uuid(&self) -> String {
        format!("{:04X}-{:04X}", self.esp_volume_id >> 16, self.esp_volume_id & 0xffff)
    }

    /// All partitions in the order of the disk.
    pub fn partitions(&self) -> impl Iterator<Item = &Partition> {
        self.bios_boot.iter().chain([&self.esp, &self.root])
    }
}

fn root_type(architecture: Architecture) -> Uuid {
    match architecture {
        Architecture::Amd64 => ROOT_AMD64_TYPE,
        Architecture::Arm64 => ROOT_ARM64_TYPE,
    }
}

struct Cursor<'a> {
    image: &'a str,
    position: u64,
}

impl Cursor<'_> {
    fn take(&mut self, name: &'static str, kind: Uuid, length: u64) -> Partition {
        let start = self.position;
        self.position = start.saturating_add(length);
        Partition {
            name,
            kind,
            guid: identity::uuid(self.image, &format!("partition/{name}")),
            start,
            length,
        }
    }
}

fn check_aligned(field: &str, size: ByteSize) -> Result<()> {
    if size.get().is_multiple_of(ALIGNMENT) {
        return Ok(());
    }
    let fault = Fault::input(format!("`{field}` is `{size}`, which is no whole number of MiB"));
    Err(fault.hint("partitions are aligned to 1 MiB; write a size such as `4GiB`").into())
}

fn check_at_least(field: &str, size: ByteSize, minimum: u64) -> Result<()> {
    if size.get() >= minimum {
        return Ok(());
    }
    let minimum = ByteSize::bytes(minimum);
    let fault =
        Fault::input(format!("`{field}` is `{size}`, which is too small: it must be at least `{minimum}`"));
    Err(fault.hint(format!("set `{field}` to `{minimum}` or more")).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(architecture: Architecture, size_mib: u64, esp_mib: u64) -> Result<Layout> {
        Layout::plan("test", architecture, ByteSize::mib(size_mib), ByteSize::mib(esp_mib))
    }

    #[test]
    fn arm64_has_no_bios_boot_partition() {
        let layout = plan(Architecture::Arm64, 1024, 64).unwrap();
        let names: Vec<_> = layout.partitions().map(|p| p.name).collect();
        assert_eq!(names, ["esp", "root"]);
        assert_eq!(layout.root.kind, ROOT_ARM64_TYPE);
    }

    #[test]
    fn a_disk_too_small_says_what_is_needed_and_that_is_enough() {
        let error = plan(Architecture::Amd64, 100, 64).unwrap_err();
        assert!(error.to_string().contains("at least `131MiB`"), "{error}");
        assert!(plan(Architecture::Amd64, 131, 64).is_ok());
        assert!(plan(Architecture::Amd64, 130, 64).is_err());
    }

    #[test]
    fn sizes_between_mebibytes_are_refused() {
        let odd = ByteSize::bytes((1 << 30) + 512);
        assert!(Layout::plan("test", Architecture::Amd64, odd, ByteSize::mib(64)).is_err());
    }

    proptest! {
        #[test]
        fn partitions_are_aligned_disjoint_and_inside_the_usable_sectors(
            size in 0u64..(1 << 24), esp in 0u64..(1 << 12), arm in any::<bool>(),
        ) {
            let architecture = if arm { Architecture::Arm64 } else { Architecture::Amd64 };
            if let Ok(layout) = plan(architecture, size, esp) {
                let mut free_from = ALIGNMENT;
                for partition in layout.partitions() {
                    prop_assert!(partition.start >= free_from && partition.length > 0);
                    prop_assert!(partition.start % ALIGNMENT == 0 && partition.length % ALIGNMENT == 0);
                    free_from = partition.end();
                }
                prop_assert!(free_from <= layout.size - BACKUP_GPT_SECTORS * SECTOR);
                prop_assert!(layout.size - free_from <= 2 * ALIGNMENT, "space is left over");
            } else {
                prop_assert!(size < esp + 67 || esp < 33);
            }
        }

        #[test]
        fn identifiers_are_distinct(image in "[a-z]{1,8}") {
            let size = ByteSize::mib(1024);
            let layout = Layout::plan(&image, Architecture::Amd64, size, ByteSize::mib(64)).unwrap();
            let mut ids: Vec<_> = layout.partitions().map(|p| p.guid).collect();
            ids.extend([layout.guid, layout.root_uuid, layout.root_hash_seed]);
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), 6);
        }
    }
}
