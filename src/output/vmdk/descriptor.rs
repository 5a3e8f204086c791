//! The embedded descriptor ("The Descriptor File"), with the identifiers that VirtualBox looks for.

use super::{DESCRIPTOR_SECTORS, SECTOR, SECTOR_BYTES};
use crate::Result;
use anyhow::ensure;
use uuid::Uuid;

/// A geometry that BIOSes translate to; nothing that boots from a GPT looks at it.
const HEADS: u64 = 255;
const SECTORS_PER_TRACK: u64 = 63;
/// The field's largest value (`VMDK` and ATA agree in it).
const LARGEST_CYLINDERS: u64 = 65_535;
/// Says that a disk has no parent, so no content id may be this.
const NO_PARENT: u32 = u32::MAX;

/// What tells a disk from others.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The name of the file that holds the disk, without folders.
    pub file_name: String,
    /// VirtualBox's name for the disk; an OVF names it too.
    pub uuid: Uuid,
}

impl Identity {
    /// The content id, by which a snapshot recognises its base.
    fn content_id(&self) -> u32 {
        self.uuid.as_fields().0.min(NO_PARENT - 1)
    }
}

/// The descriptor of a disk of `capacity` sectors, padded to its room.
pub fn to_bytes(identity: &Identity, capacity: u64) -> Result<Vec<u8>> {
    let cylinders = (capacity / (HEADS * SECTORS_PER_TRACK)).clamp(1, LARGEST_CYLINDERS);
    let none = Uuid::nil();
    let text = format!(
        "# Disk DescriptorFile
version=1
CID={content_id:08x}
parentCID={NO_PARENT:08x}
createType=\"streamOptimized\"

# Extent description
RDONLY {capacity} SPARSE \"{file_name}\"

# The Disk Data Base
#DDB

ddb.virtualHWVersion = \"4\"
ddb.adapterType = \"ide\"
ddb.geometry.cylinders = \"{cylinders}\"
ddb.geometry.heads = \"{HEADS}\"
ddb.geometry.sectors = \"{SECTORS_PER_TRACK}\"
ddb.uuid.image = \"{uuid}\"
ddb.uuid.modification = \"{none}\"
ddb.uuid.parent = \"{none}\"
ddb.uuid.parentmodification = \"{none}\"
",
        content_id = identity.content_id(),
        file_name = identity.file_name,
        uuid = identity.uuid,
    );
    let mut bytes = text.into_bytes();
    ensure!(bytes.len() as u64 <= DESCRIPTOR_SECTORS * SECTOR, "the name of a VMDK is too long");
    bytes.resize(usize::try_from(DESCRIPTOR_SECTORS)? * SECTOR_BYTES, 0);
    Ok(bytes)
}
