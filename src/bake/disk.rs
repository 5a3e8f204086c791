//! Writes the disk image: partition table, boot code, EFI system partition, root file system.

use super::materials::Materials;
use super::{Bakery, writeback};
use crate::Result;
use crate::architecture::Architecture;
use crate::disk::layout::Layout;
use crate::disk::{bios_boot, esp, ext4, gpt, grub};
use crate::error::Fault;
use crate::layers::tree::Tree;
use crate::layers::write;
use crate::process::Tool;
use crate::size::human;
use crate::stages::sandbox::{Ids, Sandbox};
use anyhow::Context as _;
use std::io::BufWriter;
use std::path::Path;
use std::process::ChildStdin;

/// Where the folder of the disk image is inside the sandbox.
const WORK: &str = "/srv";
/// How much of a root partition file system structures may take, in percent; measured at 4 GiB: 3.
const OVERHEAD_PERCENT: u64 = 5;
const PIPE_BUFFER: usize = 1 << 20;

/// Creates the raw image at `path` from `tree`.
pub fn write(bakery: &Bakery, materials: &Materials, tree: &Tree, path: &Path) -> Result<()> {
    let definition = bakery.locked.definition();
    let layout = Layout::of(definition)?;
    check_fits(tree, &layout)?;
    let mut disk = fs_err::OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
    disk.set_len(layout.size)?;
    gpt::write(&mut disk, &layout)?;
    let folder = path.parent().context("a disk image has a folder")?;
    let sandbox =
        Sandbox::new(&materials.tools, Ids::Root, bakery.locked.lock().epoch).writable(folder, WORK);
    let config = grub::early_config(layout.root_uuid);
    if let Some(partition) = &layout.bios_boot {
        let core = core_image(&sandbox, folder, &config)?;
        let boot = fs_err::read(materials.tools.join("usr/lib/grub/i386-pc/boot.img"))?;
        bios_boot::install(&mut disk, partition, &boot, &core)?;
    }
    let loaders = loaders(&materials.loaders, definition.base.architecture)?;
    let files = esp::files(definition.base.architecture, loaders, config);
    esp::write(&mut disk, &layout, &files)?;
    drop(disk);
    root_file_system(bakery, &sandbox, &layout, tree, path)
}

fn check_fits(tree: &Tree, layout: &Layout) -> Result<()> {
    let needed = tree.content_bytes() * (100 + OVERHEAD_PERCENT) / 100;
    if needed <= layout.root.length {
        return Ok(());
    }
    let message = format!(
        "`disk.size` is too small: the files take {}, the root partition has {}",
        human(needed),
        human(layout.root.length)
    );
    let missing = (needed - layout.root.length).div_ceil(1 << 20);
    Err(Fault::input(message).hint(format!("make `disk.size` at least {missing}MiB larger")).into())
}

fn core_image(sandbox: &Sandbox, folder: &Path, config: &str) -> Result<Vec<u8>> {
    let (config_file, core_file) = (folder.join("early.cfg"), folder.join("core.img"));
    fs_err::write(&config_file, config)?;
    let inside = Path::new(WORK);
    let tool = grub::make_core_image(&inside.join("early.cfg"), &inside.join("core.img"));
    sandbox.inside(tool).run().context("making GRUB's core image")?;
    let core = fs_err::read(&core_file)?;
    fs_err::remove_file(config_file)?;
    fs_err::remove_file(core_file)?;
    Ok(core)
}

/// The signed programs as Debian's packages install them.
fn loaders(root: &Path, architecture: Architecture) -> Result<esp::Loaders> {
    let (suffix, target) = match architecture {
        Architecture::Amd64 => ("x64", "x86_64-efi-signed"),
        Architecture::Arm64 => ("aa64", "arm64-efi-signed"),
    };
    let read = |path: String| fs_err::read(root.join(path));
    Ok(esp::Loaders {
        shim: read(format!("usr/lib/shim/shim{suffix}.efi.signed"))?,
        grub: read(format!("usr/lib/grub/{target}/grub{suffix}.efi.signed"))?,
        mok_manager: Some(read(format!("usr/lib/shim/mm{suffix}.efi.signed"))?),
    })
}

fn root_file_system(
    bakery: &Bakery,
    sandbox: &Sandbox,
    layout: &Layout,
    tree: &Tree,
    path: &Path,
) -> Result<()> {
    let name = path.file_name().context("a disk image has a name")?;
    let tool: Tool = ext4::make(&Path::new(WORK).join(name), layout, bakery.locked.lock().epoch);
    let feed = |stdin: &mut ChildStdin| write::tar(tree, BufWriter::with_capacity(PIPE_BUFFER, stdin));
    writeback::during(path, || sandbox.inside(tool).run_fed(feed)).context("making the root file system")
}
