//! Small disks made by foreign tools: `mke2fs -d` for the file system, gptman for the partition table.

use crate::process::foreign;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Root partition of x86-64, as bytes of a table.
pub const ROOT_TYPE: &str = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
/// EFI system partition.
pub const ESP_TYPE: &str = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/// Where GRUB's core lies.
pub const BIOS_TYPE: &str = "21686148-6449-6e6f-744e-656564454649";

const MIB: u64 = 1 << 20;

/// `/etc/imgbuild/image.json` of an image called `sample` with these `files` that come from no package.
pub fn record(files: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({
        "schema": 1, "name": "sample", "architecture": "amd64", "imgbuild": "0", "epoch": 1, "suites": ["trixie"],
        "kubernetes": {"version": "1.36.4", "image_repository": "example.org", "skip_phases": []},
        "containerd": null, "agent": null, "images": {}, "manifests": {}, "files": files,
    })
}

/// A tree of files to fill a file system with, and a place for what is made of it.
pub struct Tree {
    directory: tempfile::TempDir,
}

impl Tree {
    /// With nothing in it.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs_err::create_dir(directory.path().join("tree")).unwrap();
        Self { directory }
    }

    /// Where `path` of the tree is on this machine.
    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join("tree").join(path)
    }

    /// Writes a file, with the directories above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
        self
    }

    /// Makes a symbolic link.
    pub fn link(&self, path: &str, target: &str) -> &Self {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    /// An ext4 file system of `mib` MiB with this tree; the same tree gives the same bytes.
    pub fn ext4(&self, name: &str, mib: u64) -> PathBuf {
        let file = self.directory.path().join(name);
        let id = "6b1d3b14-7b8c-4f86-9a39-5a4d4cf3a1b2";
        foreign("mke2fs")
            .env("E2FSPROGS_FAKE_TIME", "1700000000")
            .args(["-q", "-t", "ext4", "-F", "-U", id, "-E"])
            .arg(format!("hash_seed={id},root_owner=0:0"))
            .arg("-d")
            .arg(self.path(""))
            .arg(&file)
            .arg(format!("{mib}M"))
            .run()
            .unwrap();
        file
    }

    /// A disk with a BIOS-boot partition, an ESP if `esp` is given, and `root` in its root partition.
    pub fn disk(&self, name: &str, esp: Option<&[u8]>, root: &Path) -> PathBuf {
        let file = self.directory.path().join(name);
        let root = fs_err::read(root).unwrap();
        let boot = vec![0x5a; usize::try_from(MIB).unwrap()];
        let esp = esp.map(|esp| (ESP_TYPE, "esp", esp));
        let parts = [Some((BIOS_TYPE, "bios", &boot[..])), esp, Some((ROOT_TYPE, "root", &root[..]))];
        write_disk(&file, &parts.into_iter().flatten().collect::<Vec<_>>());
        file
    }
}

/// Has debugfs do `command` in the ext4 file system in `file`.
pub fn debugfs(file: &Path, command: &str) {
    foreign("debugfs").args(["-w", "-R", command]).arg(file).run().unwrap();
}

/// Writes partitions of whole MiB one after the other from 1 MiB on, with both partition tables.
pub fn write_disk(file: &Path, parts: &[(&str, &str, &[u8])]) {
    let mut options = fs_err::OpenOptions::new();
    let mut disk = options.create(true).truncate(true).read(true).write(true).open(file).unwrap();
    let lengths = parts.iter().map(|part| (part.2.len() as u64).next_multiple_of(MIB));
    disk.set_len(2 * MIB + lengths.sum::<u64>()).unwrap();
    let mut table = gptman::GPT::new_from(&mut disk, 512, [7; 16]).unwrap();
    let mut start = MIB;
    for (number, (kind, name, bytes)) in (1..).zip(parts) {
        disk.seek(SeekFrom::Start(start)).unwrap();
        disk.write_all(bytes).unwrap();
        let end = start + (bytes.len() as u64).next_multiple_of(MIB);
        table[number] = gptman::GPTPartitionEntry {
            partition_type_guid: uuid::Uuid::parse_str(kind).unwrap().to_bytes_le(),
            unique_partition_guid: [u8::try_from(number).unwrap(); 16],
            starting_lba: start / 512,
            ending_lba: end / 512 - 1,
            attribute_bits: 0,
            partition_name: (*name).into(),
        };
        start = end;
    }
    table.write_into(&mut disk).unwrap();
}
