//! A machine as data, and the QEMU command that it stands for (qemu-system(1)).

use super::accel::Accel;
use super::firmware::Firmware;
use super::network::Network;
use crate::Result;
use crate::architecture::Architecture;
use crate::process::Tool;
use crate::size::ByteSize;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// A virtual machine that is not running.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Architecture of the guest.
    pub architecture: Architecture,
    /// What executes the guest's instructions.
    pub accel: Accel,
    /// Memory of the guest.
    pub memory: ByteSize,
    /// Number of virtual CPUs.
    pub cpus: usize,
    /// What runs first.
    pub firmware: Firmware,
    /// A qcow2 file that the machine writes to; see [`super::overlay`].
    pub disk: PathBuf,
    /// Raw images that the machine sees as further disks and cannot change, such as a seed.
    pub read_only: Vec<PathBuf>,
    /// Where the first serial port leads.
    pub console: Console,
    /// A way out for what the guest has to say.
    pub report_port: Option<ReportPort>,
    /// Network cards, in the order in which the guest sees them.
    pub networks: Vec<Network>,
    /// What the machine's clock shows at power-on, as `2026-01-31T12:00:00` in UTC; the true time if not set.
    pub clock: Option<String>,
    /// Whether a reboot of the guest starts it again, or ends QEMU.
    pub reboots: bool,
}

/// A virtio serial port; in the guest it is `/dev/virtio-ports/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPort {
    /// The port's name.
    pub name: &'static str,
    /// A file that gets what the guest writes, after what it has.
    pub file: PathBuf,
}

/// Where a serial port leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Console {
    /// The terminal that imgbuild runs on; Ctrl-A X ends QEMU.
    Terminal,
    /// A file, after what it has.
    File(PathBuf),
}

impl Machine {
    /// The command that runs this machine.
    ///
    /// # Errors
    /// If the architecture has no such firmware, or its files are not installed.
    pub fn command(&self) -> Result<Tool> {
        let program = format!("qemu-system-{}", self.architecture.kernel());
        Ok(Tool::new(program)
            .args(["-nodefaults", "-no-user-config", "-display", "none"])
            .args(self.board())
            .args(self.firmware.arguments(self.architecture)?)
            .args(self.disks())
            .args(self.console.arguments())
            .args(self.report_port.as_ref().map(ReportPort::arguments).unwrap_or_default())
            .args((0..).zip(&self.networks).flat_map(|(index, network)| network.arguments(index)))
            .args(self.clock.iter().flat_map(|time| ["-rtc".to_owned(), format!("base={time}")]))
            .args((!self.reboots).then_some("-no-reboot")))
    }

    fn board(&self) -> Vec<String> {
        let board = match self.architecture {
            Architecture::Amd64 => "q35",
            Architecture::Arm64 => "virt,gic-version=max",
        };
        let machine = format!("{board}{}", self.firmware.machine_option(self.architecture));
        let memory = (self.memory.get() >> 20).to_string();
        let cpus = self.cpus.to_string();
        let options = [
            ("-machine", machine.as_str()),
            ("-accel", self.accel.argument()),
            ("-cpu", self.cpu()),
            ("-smp", &cpus),
            ("-m", &memory),
            ("-device", "virtio-rng-pci"), // so that first boots need not wait to make keys
        ];
        options.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]).collect()
    }

    /// An emulated amd64 CPU has all features that QEMU knows but calls itself an Intel Atom of 2008: Linux takes the
    /// TSCs of that one to be in step, and knows that it does not speculate (Linux' `arch/x86/kernel/tsc.c` and
    /// `cpu/common.c`). Each other one reads the time from the HPET, which takes ten times as long and QEMU's one lock,
    /// or pays for mitigations of what no emulated CPU does.
    ///
    /// Emulated Arm CPUs sign pointers by QEMU's own quick hash: the architecture's cipher would take most of the time
    /// (QEMU's `docs/system/arm/cpu-features.rst`).
    fn cpu(&self) -> &'static str {
        match (self.architecture, self.accel) {
            (Architecture::Amd64, Accel::Tcg) => "max,vendor=GenuineIntel,family=6,model=28,stepping=10",
            (Architecture::Arm64, Accel::Tcg) => "max,pauth-impdef=on",
            _ => "max",
        }
    }

    fn disks(&self) -> Vec<OsString> {
        let disk = file_option("if=virtio,format=qcow2,cache=unsafe,discard=unmap,file=", &self.disk);
        let read_only = |path: &PathBuf| file_option("if=virtio,format=raw,readonly=on,file=", path);
        let disks = std::iter::once(disk).chain(self.read_only.iter().map(read_only));
        disks.flat_map(|disk| ["-drive".into(), disk]).collect()
    }
}

impl Console {
    fn arguments(&self) -> Vec<OsString> {
        match self {
            Self::Terminal => ["-serial", "mon:stdio"].map(OsString::from).to_vec(),
            Self::File(path) => {
                let backend = file_option("file,id=console,append=on,path=", path);
                vec!["-chardev".into(), backend, "-serial".into(), "chardev:console".into()]
            }
        }
    }
}

impl ReportPort {
    fn arguments(&self) -> Vec<OsString> {
        let port = format!("virtserialport,chardev=report,name={}", self.name);
        let backend = file_option("file,id=report,append=on,path=", &self.file);
        let device = ["-device", "virtio-serial-pci", "-chardev"].map(OsString::from);
        device.into_iter().chain([backend, "-device".into(), port.into()]).collect()
    }
}

/// `options` and a file name, in which QEMU wants each comma twice.
pub(super) fn file_option(options: &str, file: &Path) -> OsString {
    let name = file.as_os_str().as_bytes().iter();
    let escaped = name.flat_map(|&byte| std::iter::repeat_n(byte, if byte == b',' { 2 } else { 1 }));
    OsString::from_vec(options.bytes().chain(escaped).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        Machine {
            architecture: Architecture::Amd64,
            accel: Accel::Tcg,
            memory: ByteSize::mib(2048),
            cpus: 2,
            firmware: Firmware::Bios,
            disk: "/w/disk.qcow2".into(),
            read_only: vec!["/w/seed.iso".into()],
            console: Console::File("/w/serial,log".into()),
            report_port: Some(ReportPort { name: "imgbuild.test", file: "/w/report".into() }),
            networks: vec![],
            clock: None,
            reboots: false,
        }
    }

    fn argv(machine: &Machine) -> String {
        let argv = machine.command().unwrap().into_argv();
        argv.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn a_machine_becomes_one_command() {
        let expected = "qemu-system-x86_64 -nodefaults -no-user-config -display none \
            -machine q35 -accel tcg,thread=multi -cpu max,vendor=GenuineIntel,family=6,model=28,stepping=10 \
            -smp 2 -m 2048 -device virtio-rng-pci \
            -drive if=virtio,format=qcow2,cache=unsafe,discard=unmap,file=/w/disk.qcow2 \
            -drive if=virtio,format=raw,readonly=on,file=/w/seed.iso \
            -chardev file,id=console,append=on,path=/w/serial,,log -serial chardev:console \
            -device virtio-serial-pci -chardev file,id=report,append=on,path=/w/report \
            -device virtserialport,chardev=report,name=imgbuild.test -no-reboot";
        assert_eq!(argv(&machine()), expected);
    }

    #[test]
    fn an_emulated_arm_cpu_signs_pointers_quickly() {
        let arm = Machine { architecture: Architecture::Arm64, ..machine() };
        let board = arm.board().join(" ");
        assert!(board.contains("-machine virt,gic-version=max "), "{board}");
        assert!(board.contains(" -cpu max,pauth-impdef=on "), "{board}");
        assert_eq!(Machine { accel: Accel::Kvm, ..arm }.cpu(), "max");
    }

    #[test]
    fn a_cpu_that_is_not_emulated_is_the_hosts() {
        assert_eq!(Machine { accel: Accel::Kvm, ..machine() }.cpu(), "max");
    }

    #[test]
    fn cards_are_numbered_in_order() {
        let card = || Network::User { ssh_port: None, isolated: true };
        let networks = vec![card(), card()];
        let argv = argv(&Machine { networks, ..machine() });
        let (one, two) = (argv.find("netdev=net0").unwrap(), argv.find("netdev=net1").unwrap());
        assert!(one < two, "{argv}");
    }

    #[test]
    fn a_terminal_carries_console_and_monitor() {
        let argv =
            argv(&Machine { console: Console::Terminal, report_port: None, reboots: true, ..machine() });
        assert!(argv.ends_with("-serial mon:stdio"), "{argv}");
    }
}
