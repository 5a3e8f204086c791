//! Boots the image under test, once for each firmware, one machine at a time.

use crate::checks;
use crate::expected::Expected;
use crate::report::Report;
use imgbuild::Result;
use imgbuild::cloudinit::{MetaData, NetworkConfig, Seed, UserData, WriteFile};
use imgbuild::inspect;
use imgbuild::qemu::guest::Log;
use imgbuild::qemu::machine::{Console, Machine, ReportPort};
use imgbuild::qemu::{Accel, Firmware, Guest, Network, overlay};
use imgbuild::size::ByteSize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// Path of the image, raw or qcow2.
const IMAGE: &str = "IMGBUILD_TEST_IMAGE";
/// Name of the image, if it is not that of the default definition.
const NAME: &str = "IMGBUILD_TEST_NAME";
const DEFAULT_NAME: &str = "debian-12-archive";

/// Larger than any image here, so that the root has to grow.
const DISK: ByteSize = ByteSize::mib(16 << 10);
const MEMORY: ByteSize = ByteSize::mib(2 << 10);
/// An emulated boot with all checks takes two to three minutes on two idle cores; an emulated Arm machine takes twice that.
const BOOT_LIMIT: Duration = Duration::from_secs(1200);
const POWER_OFF_LIMIT: Duration = Duration::from_secs(120);
/// Where the seed puts the checks.
const GUEST_FOLDER: &str = "/run/imgbuild-test";

/// What the image reported under `firmware`; boots it if no test has done so before.
pub fn booted(firmware: Firmware) -> &'static Report {
    static REPORTS: [OnceLock<Result<Report, String>>; 3] = [const { OnceLock::new() }; 3];
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let boot_now = || {
        let _turn = ONE_AT_A_TIME.lock().unwrap();
        boot(firmware).map_err(|error| format!("{error:#}"))
    };
    let report = REPORTS[firmware as usize].get_or_init(boot_now);
    report.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

fn boot(firmware: Firmware) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let machine = machine(firmware, folder.path())?;
    overlay::create(&image(), &machine.disk, Some(DISK))?;
    seed(firmware).write(&folder.path().join("seed.iso"))?;
    let mut guest = Guest::start(&machine)?;
    guest.wait_for_line(Log::Report, "done", BOOT_LIMIT)?;
    guest.wait_for_power_off(POWER_OFF_LIMIT)?;
    Ok(Report::new(&guest.read(Log::Report), guest.console_tail()))
}

fn machine(firmware: Firmware, folder: &Path) -> Result<Machine> {
    let architecture = inspect::image_record(&image())?.architecture;
    Ok(Machine {
        architecture,
        accel: Accel::choose(architecture)?,
        memory: MEMORY,
        cpus: 2,
        firmware,
        disk: folder.join("disk.qcow2"),
        read_only: vec![folder.join("seed.iso")],
        console: Console::File(folder.join("serial.log")),
        report_port: Some(ReportPort { name: "imgbuild.test", file: folder.join("report.log") }),
        networks: vec![Network::User { ssh_port: None, isolated: true }],
        clock: None,
        reboots: false,
    })
}

/// The checks run beside cloud-init's last stage, since some of them wait for its end.
fn seed(firmware: Firmware) -> Seed {
    let instance_id = instance(firmware);
    let scripts = checks::FILES.iter().map(|(name, content)| file(name, content));
    let expected = file("expected.env", &environment(firmware));
    let script = format!("{GUEST_FOLDER}/run.sh");
    let command = ["systemd-run", "--no-block", "--unit=imgbuild-test", "bash", &script];
    let names = checks::names().map(str::to_owned);
    let command = command.map(str::to_owned).into_iter().chain(names).collect();
    Seed {
        meta_data: MetaData { local_hostname: Some(instance_id.clone()), instance_id },
        user_data: UserData {
            write_files: scripts.chain([expected]).collect(),
            commands: vec![command],
            ..UserData::default()
        },
        network: NetworkConfig::dhcp(),
    }
}

fn file(name: &str, content: &str) -> WriteFile {
    WriteFile::plain(&format!("{GUEST_FOLDER}/{name}"), 0o755, content)
}

fn environment(firmware: Firmware) -> String {
    let name = variable(NAME);
    let facts = Expected::of(name.as_deref().unwrap_or(DEFAULT_NAME)).variables();
    let instance = instance(firmware);
    let disk = DISK.get().to_string();
    let here = [
        ("EXPECTED_FIRMWARE", label(firmware)),
        ("EXPECTED_INSTANCE", instance.as_str()),
        ("EXPECTED_DISK", disk.as_str()),
    ];
    facts.into_iter().chain(here).flat_map(|(name, value)| [name, "='", value, "'\n"]).collect()
}

/// A host name, too.
fn instance(firmware: Firmware) -> String {
    format!("test-{}", label(firmware))
}

fn label(firmware: Firmware) -> &'static str {
    match firmware {
        Firmware::Bios => "bios",
        Firmware::Uefi => "uefi",
        Firmware::SecureBoot => "secure-boot",
    }
}

fn image() -> PathBuf {
    variable(IMAGE).unwrap_or_else(|| panic!("set {IMAGE} to the image to boot")).into()
}

#[allow(clippy::disallowed_methods)] // tests choose their image by variables of their own
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
