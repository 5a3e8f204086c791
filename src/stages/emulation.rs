//! Programs of another architecture: the kernel has qemu-user run them, if it was told to.
//!
//! Packages are installed in a root of their own, where nothing of the build machine is. So the kernel must have
//! opened qemu-user beforehand, which is what the flag `F` of its handler says.
//!
//! Source: the kernel's `Documentation/admin-guide/binfmt-misc.rst`.

use crate::Result;
use crate::architecture::Architecture;
use crate::error::{Fault, Kind};
use std::path::Path;

/// Where the kernel shows its handlers, a file for each.
const HANDLERS: &str = "/proc/sys/fs/binfmt_misc";

/// Whether programs of `architecture` are emulated on this machine.
pub fn is_needed(architecture: Architecture) -> bool {
    architecture != Architecture::of_this_machine()
}

/// Fails, saying what to do, if this machine cannot run programs of `architecture` in any root.
pub fn require(architecture: Architecture) -> Result<()> {
    if !is_needed(architecture) {
        return Ok(());
    }
    match obstacle(Path::new(HANDLERS), architecture) {
        None => Ok(()),
        Some(obstacle) => Err(refusal(architecture, &obstacle).into()),
    }
}

/// What keeps programs of `architecture` from running, by the files in the folder `handlers`.
fn obstacle(handlers: &Path, architecture: Architecture) -> Option<String> {
    let name = handler(architecture);
    if !handlers.join("register").exists() {
        return Some(format!("`{}` is not mounted", handlers.display()));
    }
    let Ok(described) = fs_err::read_to_string(handlers.join(&name)) else {
        return Some(format!("the kernel has no handler `{name}`"));
    };
    let mut flags = described.lines().filter_map(|line| line.strip_prefix("flags:"));
    if !described.starts_with("enabled") {
        Some(format!("the kernel's handler `{name}` is disabled"))
    } else if !flags.any(|flags| flags.contains('F')) {
        Some(format!("the kernel's handler `{name}` has no flag `F`, so no other root has it"))
    } else {
        None
    }
}

/// Its name in Debian and nearly everywhere else.
fn handler(architecture: Architecture) -> String {
    format!("qemu-{}", architecture.kernel())
}

fn refusal(architecture: Architecture, obstacle: &str) -> Fault {
    let message =
        format!("this machine cannot run what packages of `{architecture}` bring along: {obstacle}");
    let (name, folder) = (handler(architecture), HANDLERS);
    Fault::new(Kind::MissingTool, message).hint(format!(
        "as root: `apt-get install qemu-user-static`; where no systemd runs also `mount -t binfmt_misc none {folder}` \
         and `cat /usr/lib/binfmt.d/{name}.conf >{folder}/register`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{exit_code, hint};

    /// What keeps arm64 programs from running where its handler is described so.
    fn obstacle_of(description: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("register"), "").unwrap();
        fs_err::write(folder.path().join("qemu-aarch64"), description).unwrap();
        obstacle(folder.path(), Architecture::Arm64)
    }

    #[test]
    fn a_handler_must_be_enabled_and_open_beforehand() {
        let described = |state: &str, flags: &str| {
            format!(
                "{state}\ninterpreter /usr/bin/qemu-aarch64-static\nflags: {flags}\noffset 0\nmagic 7f45\n"
            )
        };
        assert_eq!(obstacle_of(&described("enabled", "POF")), None);
        assert!(obstacle_of(&described("enabled", "OP")).unwrap().contains("no flag `F`"));
        assert!(obstacle_of(&described("enabled", "")).unwrap().contains("no flag `F`"));
        assert!(obstacle_of(&described("disabled", "OCF")).unwrap().contains("is disabled"));
    }

    #[test]
    fn a_kernel_that_was_told_nothing_is_told_from_one_that_cannot_be() {
        let folder = tempfile::tempdir().unwrap();
        let unmounted = obstacle(folder.path(), Architecture::Arm64).unwrap();
        assert!(unmounted.contains("is not mounted"), "{unmounted}");
        fs_err::write(folder.path().join("register"), "").unwrap();
        let unknown = obstacle(folder.path(), Architecture::Arm64).unwrap();
        assert!(unknown.contains("no handler `qemu-aarch64`"), "{unknown}");
    }

    #[test]
    fn a_machine_runs_its_own_programs_and_a_refusal_says_what_to_install() {
        require(Architecture::of_this_machine()).unwrap();
        let refusal: anyhow::Error = refusal(Architecture::Arm64, "it was told nothing").into();
        assert_eq!(exit_code(&refusal), 6);
        assert!(hint(&refusal).unwrap().contains("apt-get install qemu-user-static"));
    }
}
