//! `dist/CLUSTER/`: a folder per machine, for its owner only, and a summary without secrets.

use super::documents::Documents;
use super::stream::Stream;
use super::summary::{SUMMARY, Summary};
use crate::Result;
use crate::atomic;
use crate::cloudinit;
use crate::error::Fault;
use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The disk that carries a machine's documents.
pub const SEED: &str = "seed.iso";
/// What [`crate::bake`] leaves in an image's folder.
const IMAGE_MANIFEST: &str = "manifest.json";

/// The folder of a cluster.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Refuses the folder of an image: the next bake would remove all hosts.
    pub fn open(dist: &Path, cluster: &str) -> Result<Self> {
        let path = dist.join(cluster);
        if path.join(IMAGE_MANIFEST).exists() {
            let message = format!("`{}` is the folder of an image", path.display());
            let hint = "give the cluster another name than the image, or another folder with --dist";
            return Err(Fault::input(message).hint(hint).into());
        }
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the documents of the machine whose folder is `name`, and the seed that carries them.
    pub fn write(&self, name: &str, documents: &Documents) -> Result<()> {
        let folder = self.path.join(name);
        make_private(&self.path)?;
        make_private(&folder)?;
        let mut files = documents.delivered.clone();
        if files.len() > 1 {
            let mut seed = Vec::new();
            cloudinit::write(&mut seed, &files)?;
            files.insert(SEED.to_owned(), seed);
        }
        for (name, bytes) in &files {
            atomic::replace(&folder.join(name), 0o600, bytes)?;
        }
        remove_others(&folder, &files)
    }

    /// The documents that are there now; none if the machine is new.
    pub fn read(&self, name: &str) -> Result<Option<BTreeMap<String, Vec<u8>>>> {
        let folder = self.path.join(name);
        if !folder.is_dir() {
            return Ok(None);
        }
        let mut documents = BTreeMap::new();
        for entry in fs_err::read_dir(&folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != SEED && !name.starts_with('.') {
                documents.insert(name.clone(), fs_err::read(folder.join(&name))?);
            }
        }
        Ok(Some(documents))
    }

    /// Writes a file beside the machines' folders that only its owner may read.
    pub fn write_secret(&self, name: &str, text: &str) -> Result<()> {
        make_private(&self.path)?;
        atomic::replace(&self.path.join(name), 0o600, text.as_bytes())
    }

    /// Writes a file beside the machines' folders that programs of the same user read, or removes it if there is
    /// nothing to be said.
    pub fn write_public(&self, name: &str, text: Option<&str>) -> Result<()> {
        let path = self.path.join(name);
        match text {
            Some(text) => atomic::replace(&path, 0o644, text.as_bytes()),
            None if path.exists() => Ok(fs_err::remove_file(path)?),
            None => Ok(()),
        }
    }

    /// The summary that is there.
    pub fn summary(&self) -> Result<Option<Summary>> {
        self.read_summary()
    }

    /// Writes what `summary` has become.
    pub fn write_summary(&self, summary: Stream) -> Result<()> {
        let mut summary = summary.end()?;
        atomic::write_with(&self.path.join(SUMMARY), |file| {
            file.set_permissions(PermissionsExt::from_mode(0o644))?; // whatever the umask
            std::io::copy(&mut summary, file)?;
            Ok(())
        })
    }

    /// Removes machines that the last summary has and whose folders are not among `kept`.
    pub fn remove_all_but(&self, kept: &BTreeSet<String>) -> Result<()> {
        let old: Option<Known> = self.read_summary()?;
        let folders = old.into_iter().flat_map(|old| old.hosts).map(|host| host.folder);
        let mut gone = folders.filter(|folder| !kept.contains(folder) && is_plain(folder));
        gone.try_for_each(|folder| remove(&self.path.join(folder)))
    }

    fn read_summary<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let path = self.path.join(SUMMARY);
        if !path.exists() {
            return Ok(None);
        }
        let file = BufReader::new(fs_err::File::open(&path)?);
        let read = serde_json::from_reader(file).map_err(|error| {
            Fault::input(format!("`{}`: {error}", path.display())).hint("remove the file and render again")
        })?;
        Ok(Some(read))
    }
}

/// As much of a summary as tells where machines are.
#[derive(Deserialize)]
struct Known {
    hosts: Vec<KnownHost>,
}

#[derive(Deserialize)]
struct KnownHost {
    folder: String,
}

/// Whether `name` is one part of a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains('/')
}

fn make_private(path: &Path) -> Result<()> {
    let created = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    created.with_context(|| format!("creating `{}`", path.display()))?;
    Ok(fs_err::set_permissions(path, PermissionsExt::from_mode(0o700))?)
}

fn remove(path: &Path) -> Result<()> {
    if path.is_dir() { Ok(fs_err::remove_dir_all(path)?) } else { Ok(()) }
}

/// What an earlier run wrote and this one did not.
fn remove_others(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        if !files.contains_key(entry.file_name().to_string_lossy().as_ref()) && entry.path().is_file() {
            fs_err::remove_file(entry.path())?;
        }
    }
    Ok(())
}
