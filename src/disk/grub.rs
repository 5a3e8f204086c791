//! How GRUB finds the root file system, and how its BIOS core image is made.

use crate::process::Tool;
use std::path::Path;
use uuid::Uuid;

/// Where GRUB's configuration and modules are in the root file system.
const PREFIX: &str = "/boot/grub";

/// What the core image can do before any file system is readable: reach the disk, find the root and show a
/// menu on screen and serial line. There are no module files in the image to load the rest from.
const MODULES: [&str; 14] = [
    "biosdisk",
    "configfile",
    "echo",
    "ext2",
    "halt",
    "linux",
    "normal",
    "part_gpt",
    "reboot",
    "search",
    "search_fs_uuid",
    "serial",
    "terminal",
    "test",
];

/// The first configuration, built into the BIOS core image and put on the EFI system partition: hands over to
/// `/boot/grub/grub.cfg` of the file system with the UUID `root`, whatever disk that is on.
pub fn early_config(root: Uuid) -> String {
    format!("search.fs_uuid {root} root\nset prefix=($root){PREFIX}\nconfigfile $prefix/grub.cfg\n")
}

/// `grub-mkimage` for the BIOS core image: reads `config` (the file with [`early_config`]), writes `core`.
pub fn make_core_image(config: &Path, core: &Path) -> Tool {
    Tool::new("grub-mkimage")
        .args(["--format=i386-pc", "--prefix", PREFIX, "--config"])
        .arg(config)
        .arg("--output")
        .arg(core)
        .args(MODULES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_early_configuration_names_the_root_by_uuid() {
        let root = Uuid::from_u128(0x1111_2222);
        let config = early_config(root);
        assert!(config.starts_with("search.fs_uuid 00000000-0000-0000-0000-000011112222 root\n"));
        assert!(config.ends_with("configfile $prefix/grub.cfg\n"));
    }

    #[test]
    fn the_core_image_has_what_the_early_configuration_uses() {
        let argv = make_core_image(Path::new("early.cfg"), Path::new("core.img")).into_argv();
        for word in ["search_fs_uuid", "configfile", "ext2", "part_gpt", "biosdisk", "early.cfg", "core.img"]
        {
            assert!(argv.iter().any(|argument| argument == word), "{word}");
        }
    }
}
