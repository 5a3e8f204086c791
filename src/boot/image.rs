//! An image on the user's terminal, for people who want to look.
//!
//! Nothing of it stays: what the machine writes goes to an overlay that is removed when it ends.

use crate::Result;
use crate::architecture::Architecture;
use crate::cloudinit::{MetaData, NetworkConfig, Seed, User, UserData};
use crate::error::Fault;
use crate::qemu::{Accel, Console, Firmware, Machine, Network, overlay, quote};
use crate::report::Report;
use crate::size::ByteSize;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The user that the seed makes.
const LOGIN: &str = "imgbuild";
/// File name of the seed beside the overlay.
const SEED: &str = "seed.iso";

/// How to start an image.
#[derive(Debug, Clone)]
pub struct Options {
    /// A raw or qcow2 image; it is not written to.
    pub image: PathBuf,
    /// Its architecture.
    pub architecture: Architecture,
    /// Memory of the machine.
    pub memory: ByteSize,
    /// Number of virtual CPUs.
    pub cpus: usize,
    /// What runs first.
    pub firmware: Firmware,
    /// Size of the disk, if larger than the image; the root file system grows to it.
    pub disk_size: Option<ByteSize>,
    /// This port of 127.0.0.1 leads to the machine's SSH server.
    pub ssh_port: Option<u16>,
    /// Password of the user `imgbuild`.
    pub password: String,
    /// Only print the command.
    pub print: bool,
}

/// Starts the image and returns when the machine is off.
///
/// # Errors
/// If the image is no disk, a tool or firmware is missing, or QEMU fails.
pub fn run(options: &Options, report: &Report) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("imgbuild-boot-").tempdir();
    let folder = folder.context("making a folder for the throwaway disk")?;
    let machine = machine(options, folder.path())?;
    let command = machine.command()?;
    if options.print {
        report.data(quote::command(command.into_argv()) + "\n");
        return Ok(());
    }
    overlay::create(&options.image, &machine.disk, options.disk_size)?;
    seed(options).write(&folder.path().join(SEED))?;
    announce(options, machine.accel, report);
    let status = command.interactive()?;
    if status.success() { Ok(()) } else { Err(Fault::child(format!("qemu failed: {status}")).into()) }
}

fn machine(options: &Options, folder: &Path) -> Result<Machine> {
    Ok(Machine {
        architecture: options.architecture,
        accel: Accel::choose(options.architecture)?,
        memory: options.memory,
        cpus: options.cpus,
        firmware: options.firmware,
        disk: folder.join("disk.qcow2"),
        read_only: vec![folder.join(SEED)],
        console: Console::Terminal,
        report_port: None,
        networks: vec![Network::User { ssh_port: options.ssh_port, isolated: false }],
        clock: None,
        reboots: true,
    })
}

fn seed(options: &Options) -> Seed {
    let user = User {
        name: LOGIN.into(),
        plain_text_passwd: options.password.clone(),
        lock_passwd: false,
        sudo: vec!["ALL=(ALL) NOPASSWD:ALL".into()],
        shell: "/bin/bash".into(),
    };
    let ssh_pwauth = options.ssh_port.map(|_| true);
    Seed {
        meta_data: MetaData { instance_id: "imgbuild-boot".into(), local_hostname: Some("imgbuild".into()) },
        user_data: UserData { users: vec![user], ssh_pwauth, ..UserData::default() },
        network: NetworkConfig::dhcp(),
    }
}

fn announce(options: &Options, accel: Accel, report: &Report) {
    report.step(format!("starting a throwaway machine from `{}`", options.image.display()));
    if accel == Accel::Tcg {
        report.step("this CPU cannot virtualise, so it is emulated: give it a minute or two");
    }
    report.step(format!("log in as `{LOGIN}` with password `{}`; Ctrl-A X ends it", options.password));
    if let Some(port) = options.ssh_port {
        report.step(format!("or: ssh -p {port} {LOGIN}@127.0.0.1"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            image: "/w/disk.raw".into(),
            architecture: Architecture::Amd64,
            memory: ByteSize::mib(2048),
            cpus: 2,
            firmware: Firmware::Bios,
            disk_size: None,
            ssh_port: None,
            password: "no".into(),
            print: true,
        }
    }

    #[test]
    fn the_machine_writes_to_the_overlay_only() {
        let machine = machine(&options(), Path::new("/throwaway")).unwrap();
        let argv = quote::command(machine.command().unwrap().into_argv());
        assert!(argv.contains("file=/throwaway/disk.qcow2"), "{argv}");
        assert!(!argv.contains("disk.raw"), "{argv}");
    }

    #[test]
    fn the_seed_gives_a_login_with_the_password_as_text() {
        let seed = seed(&options());
        let user_data = String::from_utf8(seed.files().unwrap().remove("user-data").unwrap()).unwrap();
        let read: serde_json::Value = serde_yaml::from_str(&user_data).unwrap();
        assert_eq!(read["users"][0]["plain_text_passwd"], "no");
        assert!(!user_data.contains("passwd: no\n"), "{user_data}");
        assert!(read.get("ssh_pwauth").is_none());
    }
}
