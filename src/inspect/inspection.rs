//! What is in an image.

use super::ext4::{FileSystem, Kind};
use super::gpt::PartitionTable;
use super::image::{Format, Image};
use super::oci::{self, ContainerImage};
use super::packages::{self, Package};
use super::units;
use crate::Result;
use crate::digest::Sha256;
use anyhow::Context as _;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What an image says about itself.
const IMAGE: &str = "etc/imgbuild/image.json";
/// Addon manifests.
const COMPONENTS: &str = "etc/kubernetes/components";
const KERNEL: &str = "vmlinuz-";

/// Everything that [`inspect`] finds.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// `/etc/imgbuild/image.json`; null if the image has none.
    pub image: serde_json::Value,
    /// The disk and its partitions.
    pub disk: Disk,
    /// The root file system.
    pub root: Root,
    /// `/etc/os-release`.
    pub os_release: BTreeMap<String, String>,
    /// Versions of the kernels in `/boot`.
    pub kernels: Vec<String>,
    /// Installed Debian packages, by name.
    pub packages: Vec<Package>,
    /// Baked container images, by name.
    pub containers: Vec<ContainerImage>,
    /// Addon manifests below `/etc/kubernetes/components`, by path.
    pub manifests: Vec<Manifest>,
    /// Units that the image's own configuration starts.
    pub units: Vec<String>,
}

/// The disk.
#[derive(Debug, Serialize)]
pub struct Disk {
    /// How it lies in the image file.
    pub format: Format,
    /// Bytes, as a machine sees it.
    pub size: u64,
    /// Its partitions.
    #[serde(flatten)]
    pub table: PartitionTable,
}

/// The root file system.
#[derive(Debug, Serialize)]
pub struct Root {
    /// Its identity.
    pub uuid: String,
    /// Its label.
    pub label: String,
    /// Bytes in all blocks.
    pub size: u64,
    /// Bytes in unused blocks.
    pub free: u64,
    /// It was in use when the machine stopped.
    pub needs_recovery: bool,
}

/// An addon manifest.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Relative to the root.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Of the bytes.
    pub sha256: Sha256,
}

/// Reads the raw or qcow2 image at `path` and says what is in it.
pub fn inspect(path: &Path) -> Result<Inspection> {
    let image = Image::open(path)?;
    Inspection::of(&image).with_context(|| format!("inspecting image `{}`", path.display()))
}

impl Inspection {
    /// What is in `image`.
    pub fn of(image: &Image) -> Result<Self> {
        let files = image.root()?;
        Ok(Self {
            image: image_json(&files)?,
            disk: Disk { format: image.format, size: image.disk.length(), table: image.table.clone() },
            root: Root {
                uuid: files.uuid(),
                label: files.label().to_owned(),
                size: files.size(),
                free: files.free(),
                needs_recovery: files.needs_recovery(),
            },
            os_release: os_release(&files.text("etc/os-release")?.unwrap_or_default()),
            kernels: kernels(&files)?,
            packages: packages::read(&files)?,
            containers: oci::read(&files)?,
            manifests: manifests(&files)?,
            units: units::enabled(&files)?,
        })
    }
}

/// What the image says about itself; null if it says nothing.
pub fn image_json(files: &FileSystem) -> Result<serde_json::Value> {
    let Some(bytes) = files.read(IMAGE)? else { return Ok(serde_json::Value::Null) };
    serde_json::from_slice(&bytes).map_err(|error| oci::damaged(IMAGE, &error))
}

fn os_release(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    let unquoted = |value: &str| value.trim().trim_matches(['"', '\'']).to_owned();
    pairs.map(|(name, value)| (name.trim().to_owned(), unquoted(value))).collect()
}

fn kernels(files: &FileSystem) -> Result<Vec<String>> {
    let names = files.list("boot")?.into_iter();
    Ok(names.filter_map(|(name, _)| Some(name.strip_prefix(KERNEL)?.to_owned())).collect())
}

fn manifests(files: &FileSystem) -> Result<Vec<Manifest>> {
    let mut found = Vec::new();
    let mut pending = vec![(COMPONENTS.to_owned(), 0)];
    while let Some((directory, depth)) = pending.pop() {
        for (name, inode) in files.list(&directory)? {
            let path = format!("{directory}/{name}");
            match inode.kind {
                Kind::File => {
                    let sha256 = Sha256::of_reader(&mut files.reader(&inode)?)?;
                    found.push(Manifest { path, size: inode.size, sha256 });
                }
                Kind::Directory if depth < 8 => pending.push((path, depth + 1)),
                _ => {}
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release_is_read_without_quotes_and_comments() {
        let text = "# comment\nNAME=\"Debian GNU/Linux\"\nVERSION_ID='13'\nID=debian\n\nnonsense\n";
        let expected = [("ID", "debian"), ("NAME", "Debian GNU/Linux"), ("VERSION_ID", "13")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(os_release(text), BTreeMap::from(expected));
    }
}
