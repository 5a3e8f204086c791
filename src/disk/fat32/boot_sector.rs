//! The boot sector with its BIOS parameter block, and the sector that counts free clusters.

use super::Volume;
use super::geometry::{FAT_COUNT, FIRST_CLUSTER, Geometry, RESERVED_SECTORS, SECTOR};

/// Where the sector of [`FsInfo`] is, counted from the boot sector or its backup.
pub const FS_INFO_SECTOR: u32 = 1;
/// Where the backup of the boot sector is.
pub const BACKUP_SECTOR: u32 = 6;

/// [`SECTOR`] as a length in memory.
const SECTOR_BYTES: usize = 512;
/// A jump over the parameter block.
const JUMP: [u8; 3] = [0xeb, 0x58, 0x90];
/// The name that most drivers have been tested with, says the specification.
const OEM_NAME: &[u8; 8] = b"MSWIN4.1";
const MEDIA_FIXED: u8 = 0xf8;
const SECTORS_PER_TRACK: u16 = 63;
const HEADS: u16 = 255;
const DRIVE_HARD_DISK: u8 = 0x80;
/// Says that serial number, label and type follow.
const EXTENDED_SIGNATURE: u8 = 0x29;
const FILE_SYSTEM_TYPE: &[u8; 8] = b"FAT32   ";
const SIGNATURE: [u8; 2] = [0x55, 0xaa];
const SIGNATURE_OFFSET: usize = 510;

/// The first sector of the volume.
pub struct BootSector {
    /// Serial number, label and place.
    pub volume: Volume,
    /// Sizes.
    pub geometry: Geometry,
}

impl BootSector {
    /// The sector.
    #[allow(clippy::cast_possible_truncation)] // constants below 65536; a volume below 2 TiB
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SECTOR_BYTES);
        bytes.extend(JUMP);
        bytes.extend(OEM_NAME);
        bytes.extend((SECTOR as u16).to_le_bytes());
        bytes.push(self.geometry.sectors_per_cluster);
        bytes.extend((RESERVED_SECTORS as u16).to_le_bytes());
        bytes.push(FAT_COUNT as u8);
        bytes.extend([0; 4]); // root entries and sectors of FAT12 and FAT16
        bytes.push(MEDIA_FIXED);
        bytes.extend([0; 2]); // sectors in a FAT of FAT12 and FAT16
        bytes.extend(SECTORS_PER_TRACK.to_le_bytes());
        bytes.extend(HEADS.to_le_bytes());
        bytes.extend(((self.volume.start / SECTOR) as u32).to_le_bytes());
        bytes.extend(self.geometry.sectors.to_le_bytes());
        bytes.extend(self.geometry.sectors_per_fat.to_le_bytes());
        bytes.extend([0; 4]); // flags: both FATs in use; version 0.0
        bytes.extend(FIRST_CLUSTER.to_le_bytes()); // of the root folder
        bytes.extend((FS_INFO_SECTOR as u16).to_le_bytes());
        bytes.extend((BACKUP_SECTOR as u16).to_le_bytes());
        bytes.extend([0; 12]); // reserved
        bytes.extend([DRIVE_HARD_DISK, 0, EXTENDED_SIGNATURE]);
        bytes.extend(self.volume.id.to_le_bytes());
        bytes.extend(self.volume.label);
        bytes.extend(FILE_SYSTEM_TYPE);
        bytes.resize(SIGNATURE_OFFSET, 0);
        bytes.extend(SIGNATURE);
        bytes
    }
}

/// What a driver would otherwise have to count.
pub struct FsInfo {
    /// Clusters that are free.
    pub free: u32,
    /// Where to begin to look for one.
    pub next: u32,
}

impl FsInfo {
    const LEAD_SIGNATURE: &[u8; 4] = b"RRaA";
    const STRUCT_SIGNATURE: &[u8; 4] = b"rrAa";
    const STRUCT_OFFSET: usize = 484;

    /// The sector.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Self::LEAD_SIGNATURE.to_vec();
        bytes.resize(Self::STRUCT_OFFSET, 0);
        bytes.extend(Self::STRUCT_SIGNATURE);
        bytes.extend(self.free.to_le_bytes());
        bytes.extend(self.next.to_le_bytes());
        bytes.resize(SIGNATURE_OFFSET, 0);
        bytes.extend(SIGNATURE);
        bytes
    }
}
