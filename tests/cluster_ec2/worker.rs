//! The worker's machine, which is no host of the cluster's definition, at the switch of the cluster's machines.

use crate::metadata;
use crate::trial::Trial;
use imgbuild::architecture::Architecture;
use imgbuild::process::Tool;
use imgbuild::qemu::daemon::QEMU_FLAGS;
use imgbuild::qemu::{Accel, Console, Daemon, Firmware, Machine, Network, overlay};
use imgbuild::size::ByteSize;
use std::path::PathBuf;

/// What makes a machine one of EC2's: a serial number that is its UUID, which begins so (cloud-init's `ds-identify`).
const UUID: &str = "ec2e1916-9099-7caf-fd21-0123456789ab";

/// Room for containers.
const DISK: ByteSize = ByteSize::mib(20 * 1024);

/// Powered off when it is dropped.
pub struct Worker {
    daemon: Daemon,
    console: PathBuf,
}

impl Worker {
    /// Powers it on, where the router leads to the metadata service.
    pub fn start(trial: &Trial) -> Self {
        let_the_router_out(trial);
        let worker =
            Self { daemon: Daemon::at(&trial.file("worker.pid")), console: trial.file("worker.console.log") };
        worker.daemon.power_off().unwrap();
        std::fs::write(&worker.console, "").unwrap();
        let machine = machine(trial, worker.console.clone());
        overlay::create(&trial.image(), &machine.disk, Some(DISK)).unwrap();
        let identity = format!("type=1,manufacturer=Amazon EC2,uuid={UUID},serial={UUID}");
        let command = machine.command().unwrap().args(["-smbios", &identity]);
        worker.daemon.start(command, QEMU_FLAGS, || true).unwrap();
        worker
    }

    /// What its serial console said.
    pub fn console(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.console).unwrap_or_default()).into_owned()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.daemon.power_off();
    }
}

fn machine(trial: &Trial, console: PathBuf) -> Machine {
    let switch = std::fs::read_link(trial.file("network.switch")).unwrap();
    Machine {
        architecture: Architecture::Amd64,
        accel: Accel::choose(Architecture::Amd64).unwrap(),
        memory: ByteSize::mib(2048),
        cpus: 2,
        firmware: Firmware::Bios,
        disk: trial.file("worker.qcow2"),
        read_only: Vec::new(),
        console: Console::File(console),
        report_port: None,
        networks: vec![Network::Cable { switch, mac: metadata::MAC.to_owned() }],
        clock: None,
        reboots: true,
    }
}

/// Starts the cluster's router again with nothing changed but that it lets machines out: into the network of this test.
fn let_the_router_out(trial: &Trial) {
    let pid_file = trial.file("network.router.pid");
    let pid = std::fs::read_to_string(&pid_file).unwrap();
    let running = std::fs::read(format!("/proc/{}/cmdline", pid.trim())).unwrap();
    let mut words = running.split(|&byte| byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    let program = words.next().unwrap();
    let words = words.take_while(|word| word != QEMU_FLAGS[0]).map(|word| word.replace(",restrict=on", ""));
    let router = Daemon::at(&pid_file);
    router.power_off().unwrap();
    router.start(Tool::new(program).args(words), QEMU_FLAGS, || true).unwrap();
}
