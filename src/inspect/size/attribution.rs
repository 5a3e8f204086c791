//! Decides for each path what it is there for.

use super::origins::Origins;
use crate::Result;
use crate::digest::Sha256;
use crate::inspect::ext4::{FileSystem, Kind as FileKind};
use crate::inspect::oci::{self, ContainerImage};
use serde::Serialize;
use std::collections::BTreeMap;

const DPKG_LISTS: &str = "var/lib/dpkg/info";
/// Folders whose own subfolders are told apart.
const WIDE_FOLDERS: [&str; 3] = ["opt", "usr", "var"];

/// What sort of thing takes space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A Debian package.
    Package,
    /// A downloaded file or archive, or the output of a build stage.
    Artifact,
    /// A baked container image, or a part that several of them share.
    Container,
    /// A file that the image definition adds.
    Overlay,
    /// What no list names: made by package scripts or by the bake.
    Generated,
    /// Tables, journal and directories of the file system itself.
    FileSystem,
}

impl Kind {
    /// All of them, in the order in which they are explained.
    pub const ALL: [Kind; 6] =
        [Kind::Package, Kind::Artifact, Kind::Container, Kind::Overlay, Kind::Generated, Kind::FileSystem];

    /// One thing of this sort.
    pub fn singular(self) -> &'static str {
        match self {
            Kind::Package => "package",
            Kind::Artifact => "artifact",
            Kind::Container => "container image",
            Kind::Overlay => "overlay",
            Kind::Generated => "generated",
            Kind::FileSystem => "file system",
        }
    }

    /// All things of this sort together.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Package => "Debian packages",
            Kind::Artifact => "Artifacts",
            Kind::Container => "Container images",
            Kind::Overlay => "Overlay files",
            Kind::Generated => "Generated files",
            Kind::FileSystem => "File system",
        }
    }
}

/// What a file is there for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// What sort of thing.
    pub kind: Kind,
    /// Which one.
    pub name: String,
}

impl Owner {
    /// The thing of this sort and name.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

/// Knows the owner of every path.
pub struct Attribution {
    origins: Origins,
    blobs: BTreeMap<String, Owner>,
    packages: BTreeMap<String, String>,
}

impl Attribution {
    /// From what the image holds, and `origins` for what the bake added.
    pub fn read(files: &FileSystem, origins: Origins) -> Result<Self> {
        let merged = merged_folders(files)?;
        Ok(Self {
            origins: origins.map_paths(|path| real_path(path, &merged)),
            blobs: blob_owners(&oci::read(files)?),
            packages: package_files(files, &merged)?,
        })
    }

    /// The owner of the file at `path`, which is relative to the root.
    pub fn owner(&self, path: &str) -> Owner {
        let known = self.origins.owner(path).or_else(|| self.blobs.get(path).cloned());
        let package = || Some(Owner::new(Kind::Package, self.packages.get(path)?));
        known.or_else(package).unwrap_or_else(|| Owner::new(Kind::Generated, folder(path)))
    }
}

/// A blob belongs to its image, or, if there are several, to itself.
fn blob_owners(images: &[ContainerImage]) -> BTreeMap<String, Owner> {
    let mut users: BTreeMap<Sha256, Vec<&str>> = BTreeMap::new();
    for image in images {
        for digest in image.blobs.keys() {
            users.entry(*digest).or_default().push(&image.name);
        }
    }
    let owner = |digest: &Sha256, users: &[&str]| match users {
        [only] => Owner::new(Kind::Container, *only),
        many => Owner::new(Kind::Container, shared_name(digest, many)),
    };
    users.iter().map(|(digest, users)| (oci::blob_path(digest), owner(digest, users))).collect()
}

fn shared_name(digest: &Sha256, users: &[&str]) -> String {
    format!("layer {} shared by {} images", &digest.to_string()[..12], users.len())
}

/// Path to package, from dpkg's lists.
fn package_files(files: &FileSystem, merged: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut owners = BTreeMap::new();
    for (name, inode) in files.list(DPKG_LISTS)? {
        let Some(package) = name.strip_suffix(".list").filter(|_| inode.kind == FileKind::File) else {
            continue;
        };
        let package = package.split(':').next().unwrap_or(package);
        let list = files.content(&inode)?;
        let list = String::from_utf8_lossy(&list);
        let paths = list.lines().map(|path| path.trim_start_matches('/'));
        // every package with a file in `/bin` lists `/bin`, too; a link in its place belongs to none of them
        for path in paths.filter(|path| !merged.contains_key(*path)) {
            owners.insert(real_path(path, merged), package.to_owned());
        }
    }
    Ok(owners)
}

/// Top folders that are links, such as `lib` to `usr/lib`: a list may name a file by either path.
fn merged_folders(files: &FileSystem) -> Result<BTreeMap<String, String>> {
    let mut merged = BTreeMap::new();
    for (name, inode) in files.list("")? {
        if inode.kind == FileKind::Symlink {
            let target = String::from_utf8_lossy(&files.target(&inode)?).into_owned();
            merged.insert(name, target.trim_matches('/').to_owned());
        }
    }
    Ok(merged)
}

fn real_path(path: &str, merged: &BTreeMap<String, String>) -> String {
    let split = path.split_once('/');
    let moved = split.and_then(|(top, rest)| Some(format!("{}/{rest}", merged.get(top)?)));
    moved.unwrap_or_else(|| path.to_owned())
}

/// `etc`, but `usr/share` and `var/lib`, since half of an image is in each of these.
fn folder(path: &str) -> String {
    let depth = if WIDE_FOLDERS.contains(&path.split('/').next().unwrap_or_default()) { 2 } else { 1 };
    let parts: Vec<&str> = path.split('/').collect();
    let folders = &parts[..parts.len().saturating_sub(1).min(depth)];
    format!("/{}", folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_owner_are_counted_by_folder() {
        let expected = [
            ("var/cache/apt/x", "/var/cache"),
            ("usr/lib/a/b", "/usr/lib"),
            ("etc/a/b", "/etc"),
            ("boot/initrd.img", "/boot"),
            ("var/x", "/var"),
            ("x", "/"),
        ];
        for (path, expected_folder) in expected {
            assert_eq!(folder(path), expected_folder, "{path}");
        }
    }

    #[test]
    fn a_list_may_name_a_file_by_its_path_before_the_merge() {
        let merged = BTreeMap::from([("lib".to_owned(), "usr/lib".to_owned())]);
        assert_eq!(real_path("lib/x/y", &merged), "usr/lib/x/y");
        assert_eq!(real_path("lib", &merged), "lib");
        assert_eq!(real_path("libx/y", &merged), "libx/y");
    }

    #[test]
    fn a_blob_of_two_images_belongs_to_neither() {
        let [own, shared] = [Sha256::of("own"), Sha256::of("shared")];
        let image = |name: &str, blobs: &[Sha256]| ContainerImage {
            name: name.to_owned(),
            digest: blobs[0],
            blobs: blobs.iter().map(|digest| (*digest, 1)).collect(),
        };
        let owners = blob_owners(&[image("a", &[own, shared]), image("b", &[shared])]);
        assert_eq!(owners[&oci::blob_path(&own)], Owner::new(Kind::Container, "a"));
        let name = format!("layer {} shared by 2 images", &shared.to_string()[..12]);
        assert_eq!(owners[&oci::blob_path(&shared)], Owner::new(Kind::Container, name));
    }
}
