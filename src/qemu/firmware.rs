//! What the machine runs before the disk's own boot code, and the files that Debian ships for it.
//!
//! UEFI firmware comes as two flash chips: code, which is the same for all machines, and variables, which a
//! machine writes to. The variables are opened as a snapshot, so every start finds them as shipped.

use super::machine::file_option;
use crate::Result;
use crate::architecture::Architecture;
use crate::error::{Fault, Kind};
use std::ffi::OsString;
use std::path::Path;

/// Firmware of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Firmware {
    /// `SeaBIOS`, which QEMU brings itself.
    Bios,
    /// UEFI without signature checks.
    Uefi,
    /// UEFI that starts only what Microsoft's or Debian's keys have signed.
    SecureBoot,
}

/// The two flash chips of a UEFI machine and the package that brings them.
struct Flash {
    code: &'static str,
    variables: &'static str,
    package: &'static str,
}

impl Firmware {
    /// What machines of that architecture usually have.
    pub fn usual(architecture: Architecture) -> Self {
        match architecture {
            Architecture::Amd64 => Self::Bios,
            Architecture::Arm64 => Self::Uefi,
        }
    }

    /// The machine arguments for this firmware, after `-machine`.
    ///
    /// # Errors
    /// If the architecture has no such firmware, or its files are not installed.
    pub(super) fn arguments(self, architecture: Architecture) -> Result<Vec<OsString>> {
        let Some(flash) = self.flash(architecture)? else { return Ok(Vec::new()) };
        flash.check()?;
        let mut arguments = flash.drives();
        if self == Self::SecureBoot && architecture == Architecture::Amd64 {
            arguments.extend(PROTECTED_FLASH.map(OsString::from));
        }
        Ok(arguments)
    }

    /// What this firmware adds to the value of `-machine`.
    pub(super) fn machine_option(self, architecture: Architecture) -> &'static str {
        match (self, architecture) {
            (Self::SecureBoot, Architecture::Amd64) => ",smm=on",
            _ => "",
        }
    }

    fn flash(self, architecture: Architecture) -> Result<Option<Flash>> {
        let (code, variables) = match (architecture, self) {
            (Architecture::Amd64, Self::Bios) => return Ok(None),
            (Architecture::Arm64, Self::Bios) => return Err(no_bios().into()),
            (Architecture::Amd64, Self::Uefi) => {
                ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")
            }
            (Architecture::Amd64, Self::SecureBoot) => {
                ("/usr/share/OVMF/OVMF_CODE_4M.ms.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
            }
            (Architecture::Arm64, Self::Uefi) => {
                ("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd")
            }
            (Architecture::Arm64, Self::SecureBoot) => {
                ("/usr/share/AAVMF/AAVMF_CODE.ms.fd", "/usr/share/AAVMF/AAVMF_VARS.ms.fd")
            }
        };
        let package = if architecture == Architecture::Amd64 { "ovmf" } else { "qemu-efi-aarch64" };
        Ok(Some(Flash { code, variables, package }))
    }
}

/// Only code in system management mode may write to the flash, else a guest could turn the checks off; the
/// firmware cannot wake from sleep in that mode.
const PROTECTED_FLASH: [&str; 4] =
    ["-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1"];

impl Flash {
    fn check(&self) -> Result<()> {
        match [self.code, self.variables].into_iter().find(|file| !Path::new(file).exists()) {
            None => Ok(()),
            Some(file) => Err(Fault::new(Kind::MissingTool, format!("there is no firmware `{file}`"))
                .hint(format!("apt-get install {}", self.package))
                .into()),
        }
    }

    fn drives(&self) -> Vec<OsString> {
        let chips = [chip(0, self.code, "readonly=on"), chip(1, self.variables, "snapshot=on")];
        chips.into_iter().flat_map(|chip| ["-drive".into(), chip]).collect()
    }
}

fn chip(unit: u8, file: &str, mode: &str) -> OsString {
    file_option(&format!("if=pflash,format=raw,unit={unit},{mode},file="), Path::new(file))
}

fn no_bios() -> Fault {
    Fault::usage("arm64 machines have no BIOS").hint("choose the firmware `uefi`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arm64_has_no_bios() {
        let error = Firmware::Bios.arguments(Architecture::Arm64).unwrap_err();
        assert_eq!(crate::error::exit_code(&error), 2);
    }

    #[test]
    fn missing_firmware_names_its_package() {
        let flash = Flash { code: "/nowhere/code", variables: "/nowhere/variables", package: "ovmf" };
        let error = flash.check().unwrap_err();
        assert_eq!(crate::error::hint(&error).unwrap(), "apt-get install ovmf");
    }

    #[test]
    fn a_machine_cannot_change_the_files_of_its_firmware() {
        let flash = Flash { code: "/f/code", variables: "/f/variables", package: "ovmf" };
        let expected = [
            "-drive",
            "if=pflash,format=raw,unit=0,readonly=on,file=/f/code",
            "-drive",
            "if=pflash,format=raw,unit=1,snapshot=on,file=/f/variables",
        ];
        assert_eq!(flash.drives(), expected);
    }
}
