//! What executes the guest's instructions.
//!
//! `/dev/kvm` may exist and still hang a guest, where nested virtualisation is offered but does not work. So
//! on x86 the CPU itself must say that it can virtualise; otherwise QEMU emulates.

use crate::Result;
use crate::architecture::Architecture;
use crate::environment;
use crate::error::Fault;
use std::path::Path;

/// A QEMU accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accel {
    /// The kernel's hypervisor.
    Kvm,
    /// Emulation, one thread for each virtual CPU.
    Tcg,
}

impl Accel {
    /// The faster one that works here for a `guest`; the variable `IMGBUILD_ACCEL` overrides it.
    pub fn choose(guest: Architecture) -> Result<Self> {
        if let Some(wanted) = environment::variable(environment::ACCEL) {
            return Self::named(&wanted);
        }
        let host = Architecture::of_this_machine();
        let cpuinfo = fs_err::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let usable = guest == host && can_virtualise(host, &cpuinfo) && opens(Path::new("/dev/kvm"));
        Ok(if usable { Self::Kvm } else { Self::Tcg })
    }

    /// The value of `-accel`.
    pub fn argument(self) -> &'static str {
        match self {
            Self::Kvm => "kvm",
            Self::Tcg => "tcg,thread=multi",
        }
    }

    fn named(name: &str) -> Result<Self> {
        match name {
            "kvm" => Ok(Self::Kvm),
            "tcg" => Ok(Self::Tcg),
            _ => Err(Fault::usage(format!("{}: `{name}` is no accelerator", environment::ACCEL))
                .hint("set it to `kvm` or `tcg`, or unset it")
                .into()),
        }
    }
}

/// Arm kernels make `/dev/kvm` only where it works, and their `cpuinfo` has no flag for it.
fn can_virtualise(host: Architecture, cpuinfo: &str) -> bool {
    host == Architecture::Arm64 || flags(cpuinfo).any(|flag| flag == "vmx" || flag == "svm")
}

fn flags(cpuinfo: &str) -> impl Iterator<Item = &str> {
    let lines = cpuinfo.lines().filter(|line| line.starts_with("flags"));
    lines.filter_map(|line| line.split_once(':')).flat_map(|(_, flags)| flags.split_whitespace())
}

fn opens(device: &Path) -> bool {
    fs_err::OpenOptions::new().read(true).write(true).open(device).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_x86_the_cpu_must_say_that_it_can_virtualise() {
        let amd64 = |cpuinfo| can_virtualise(Architecture::Amd64, cpuinfo);
        assert!(amd64("processor\t: 0\nflags\t\t: fpu vmx sse\n"));
        assert!(amd64("flags\t\t: fpu svm\n"));
        assert!(!amd64("flags\t\t: fpu sse svm_lock\nvmx flags\t: vnmi\nbugs\t\t: vmx\n"));
        assert!(!amd64(""));
    }

    #[test]
    fn only_known_names_are_accepted() {
        assert_eq!(Accel::named("tcg").unwrap(), Accel::Tcg);
        assert_eq!(Accel::named("kvm").unwrap(), Accel::Kvm);
        assert!(Accel::named("tcg,thread=multi").unwrap_err().to_string().contains("IMGBUILD_ACCEL"));
    }
}
