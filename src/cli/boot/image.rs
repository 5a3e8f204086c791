//! `imgbuild boot IMAGE`.

use crate::Result;
use crate::architecture::Architecture;
use crate::boot::image::{self, Options};
use crate::context::Context;
use crate::error::Fault;
use crate::inspect;
use crate::qemu::firmware::Firmware;
use crate::size::ByteSize;
use clap::{Args as ClapArgs, ValueEnum};
use std::path::{Path, PathBuf};

/// Memory, where nothing is said.
const MEMORY: ByteSize = ByteSize::mib(2048);
/// Virtual processors, where nothing is said.
const CPUS: usize = 2;
/// Password of the throwaway user, where nothing is said.
const PASSWORD: &str = "imgbuild";

/// How an image's machine is made.
// nothing has a default value here, so that `given` sees what the user wrote
#[derive(ClapArgs)]
#[command(next_help_heading = "Options for an image")]
#[group(skip)] // clap names groups after the struct, and both are `Args`
pub struct Args {
    /// Memory [default: 2GiB]
    #[arg(long, value_name = "SIZE")]
    memory: Option<ByteSize>,
    /// Number of virtual processors [default: 2]
    #[arg(long, value_name = "N")]
    cpus: Option<usize>,
    /// What runs first [default: bios, or uefi where there is none]
    #[arg(long, value_name = "FIRMWARE")]
    firmware: Option<Firmware>,
    /// Size of the disk, if larger than the image
    #[arg(long, value_name = "SIZE")]
    disk_size: Option<ByteSize>,
    /// Let this port of 127.0.0.1 lead to the machine's SSH server
    #[arg(long, value_name = "PORT")]
    ssh_port: Option<u16>,
    /// Password of the throwaway user `imgbuild` [default: imgbuild]
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// Architecture of the image [default: what the image says]
    #[arg(long, value_name = "ARCH")]
    architecture: Option<ArchitectureName>,
    /// Only print QEMU's command line
    #[arg(long)]
    print: bool,
}

#[derive(ValueEnum, Clone, Copy)]
enum ArchitectureName {
    Amd64,
    Arm64,
}

impl Args {
    /// Starts `image`, a file or the name of one in `dist`.
    pub fn run(&self, image: &Path, dist: &Path, context: &Context) -> Result<()> {
        let image = image_file(dist, image)?;
        let architecture = self.architecture(&image);
        let options = Options {
            image,
            architecture,
            memory: self.memory.unwrap_or(MEMORY),
            cpus: self.cpus.unwrap_or(CPUS),
            firmware: self.firmware.unwrap_or_else(|| Firmware::usual(architecture)),
            disk_size: self.disk_size,
            ssh_port: self.ssh_port,
            password: self.password.clone().unwrap_or_else(|| PASSWORD.to_owned()),
            print: self.print,
        };
        image::run(&options, &context.report)
    }

    /// The first of these options that was given.
    pub fn given(&self) -> Option<&'static str> {
        let all = [
            ("--memory", self.memory.is_some()),
            ("--cpus", self.cpus.is_some()),
            ("--firmware", self.firmware.is_some()),
            ("--disk-size", self.disk_size.is_some()),
            ("--ssh-port", self.ssh_port.is_some()),
            ("--password", self.password.is_some()),
            ("--architecture", self.architecture.is_some()),
            ("--print", self.print),
        ];
        all.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    /// An image that imgbuild has not baked does not say what it is for.
    fn architecture(&self, image: &Path) -> Architecture {
        let said = || inspect::image_record(image).map(|record| record.architecture);
        match self.architecture {
            None => said().unwrap_or_else(|_| Architecture::of_this_machine()),
            Some(ArchitectureName::Amd64) => Architecture::Amd64,
            Some(ArchitectureName::Arm64) => Architecture::Arm64,
        }
    }
}

/// The disk image that `image` means: a file, or that of an image in `dist`.
pub fn image_file(dist: &Path, image: &Path) -> Result<PathBuf> {
    let folder = dist.join(image);
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let candidates =
        [image.to_owned(), folder.join(format!("{name}.qcow2")), folder.join(format!("{name}.raw"))];
    candidates.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Fault::usage(format!("there is no image `{}`", image.display()))
            .hint("name a raw or qcow2 file, or run `imgbuild bake` first")
            .into()
    })
}
