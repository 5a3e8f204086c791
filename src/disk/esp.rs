//! The EFI system partition: FAT32 with a signed boot chain (UEFI specification 2.10, section 13.3).
//!
//! Debian's signed shim is the removable-media loader, so that firmware without any boot entry finds it; it
//! loads Debian's signed GRUB from its own folder, whose built-in prefix `/EFI/debian` decides where the
//! configuration must be. So Secure Boot holds from firmware to kernel.

use super::fat32::{self, Volume};
use super::layout::Layout;
use crate::Result;
use crate::architecture::Architecture;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::{Seek, Write};

const LABEL: [u8; 11] = *b"ESP        ";
/// Where Debian's signed GRUB looks for its configuration.
const GRUB_CONFIG: &str = "EFI/debian/grub.cfg";

/// The signed programs of the boot chain.
pub struct Loaders {
    /// `shimx64.efi.signed` or `shimaa64.efi.signed`.
    pub shim: Vec<u8>,
    /// `grubx64.efi.signed` or `grubaa64.efi.signed`.
    pub grub: Vec<u8>,
    /// `mmx64.efi.signed` or `mmaa64.efi.signed`: enrols further keys when shim meets an unknown one.
    pub mok_manager: Option<Vec<u8>>,
}

/// The files of the partition by path; `config` is [`super::grub::early_config`].
pub fn files(architecture: Architecture, loaders: Loaders, config: String) -> BTreeMap<String, Vec<u8>> {
    let suffix = match architecture {
        Architecture::Amd64 => "x64",
        Architecture::Arm64 => "aa64",
    };
    let mut files = BTreeMap::from([
        (format!("EFI/BOOT/BOOT{}.EFI", suffix.to_uppercase()), loaders.shim),
        (format!("EFI/BOOT/grub{suffix}.efi"), loaders.grub),
        (GRUB_CONFIG.to_owned(), config.into_bytes()),
    ]);
    if let Some(mok_manager) = loaders.mok_manager {
        files.insert(format!("EFI/BOOT/mm{suffix}.efi"), mok_manager);
    }
    files
}

/// Writes the file system with `files` into its partition of `disk`, which must hold zeros there so far.
pub fn write(
    disk: &mut (impl Write + Seek),
    layout: &Layout,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<()> {
    let (start, length) = (layout.esp.start, layout.esp.length);
    let volume = Volume { id: layout.esp_volume_id, label: LABEL, start, length };
    fat32::write(disk, volume, files).context("writing the EFI system partition")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(architecture: Architecture, mok_manager: Option<Vec<u8>>) -> Vec<String> {
        let loaders = Loaders { shim: vec![1], grub: vec![2], mok_manager };
        files(architecture, loaders, "config".into()).into_keys().collect()
    }

    #[test]
    fn names_are_those_that_firmware_shim_and_grub_look_for() {
        let amd64 =
            ["EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/grubx64.efi", "EFI/BOOT/mmx64.efi", "EFI/debian/grub.cfg"];
        assert_eq!(paths(Architecture::Amd64, Some(vec![3])), amd64);
        let arm64 = ["EFI/BOOT/BOOTAA64.EFI", "EFI/BOOT/grubaa64.efi", "EFI/debian/grub.cfg"];
        assert_eq!(paths(Architecture::Arm64, None), arm64);
    }
}
