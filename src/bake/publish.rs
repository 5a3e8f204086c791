//! Outputs appear in `dist/<image>/` together or not at all.

use super::materials::Materials;
use super::outputs::{MANIFEST, Manifest, Output, SUMS};
use super::{Bakery, boxes, disk, earlier, papers};
use crate::Result;
use crate::atomic;
use crate::definition::Format;
use crate::layers::tree::Tree;
use crate::output::extents;
use crate::output::qcow2::{self, Compression, Earlier};
use anyhow::Context as _;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Makes every output aside and exchanges `directory` for the folder that holds them.
pub fn publish(bakery: &Bakery, materials: &Materials, tree: &Tree, directory: &Path) -> Result<Manifest> {
    let staging = Staging::beside(directory)?;
    let raw = staging.path.join("disk.raw");
    bakery.context.report.step("writing the disk");
    disk::write(bakery, materials, tree, &raw)?;
    let earlier = earlier::disk(bakery.context, directory, &bakery.plan.disk);
    let mut outputs = write_disks(bakery, &raw, &staging.path, earlier.as_ref())?;
    let packed = boxes::write(bakery, &raw, &staging.path, &outputs)?;
    outputs.extend(packed.boxes);
    finish_raw(bakery, &raw, &staging.path)?;
    let mut papers = papers::write(bakery, materials, &outputs, &staging.path)?;
    papers.extend(packed.catalog);
    let manifest = Manifest::of(bakery, outputs, papers)?;
    let text = serde_json::to_vec_pretty(&manifest)?;
    atomic::write(&staging.path.join(SUMS), manifest.sums(&text))?;
    atomic::write(&staging.path.join(MANIFEST), text)?;
    staging.exchange(directory)?;
    Ok(manifest)
}

/// The raw image is hashed while others are written: both only read it.
fn write_disks(
    bakery: &Bakery,
    raw: &Path,
    staging: &Path,
    earlier: Option<&Earlier>,
) -> Result<BTreeMap<String, Output>> {
    let formats = &bakery.locked.definition().outputs;
    let name = &bakery.locked.definition().name;
    let mut outputs = BTreeMap::new();
    std::thread::scope(|scope| -> Result<()> {
        let hashed = formats.contains(&Format::Raw).then(|| scope.spawn(|| hash(raw)));
        if formats.contains(&Format::Qcow2) {
            bakery.context.report.step("compressing the qcow2");
            let file = format!("{name}.qcow2");
            let output = write_qcow2(bakery, raw, &staging.join(&file), earlier)?;
            outputs.insert(file, output);
        }
        if let Some(hashed) = hashed {
            let output = hashed.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked"))?;
            outputs.insert(format!("{name}.raw"), output);
        }
        Ok(())
    })?;
    Ok(outputs)
}

/// All others were made from it; it stays only where it was asked for.
fn finish_raw(bakery: &Bakery, raw: &Path, staging: &Path) -> Result<()> {
    let definition = bakery.locked.definition();
    if !definition.outputs.contains(&Format::Raw) {
        return Ok(fs_err::remove_file(raw)?);
    }
    fs_err::File::open(raw)?.sync_all()?;
    Ok(fs_err::rename(raw, staging.join(format!("{}.raw", definition.name)))?)
}

fn hash(raw: &Path) -> Result<Output> {
    let file = fs_err::File::open(raw)?;
    let size = file.metadata()?.len();
    let sha256 = extents::sha256(file.file()).with_context(|| format!("reading `{}`", raw.display()))?;
    Ok(Output { format: Format::Raw, size, sha256 })
}

fn write_qcow2(bakery: &Bakery, raw: &Path, path: &Path, earlier: Option<&Earlier>) -> Result<Output> {
    let source = fs_err::File::open(raw)?;
    atomic::write_with(path, |out| {
        qcow2::write(source.file(), out, Compression::Zstd, bakery.context.jobs, earlier)
            .context("writing the qcow2")
    })?;
    Output::of_file(Format::Qcow2, path)
}

/// A folder that becomes the image's folder; removed if it does not.
struct Staging {
    path: PathBuf,
}

impl Staging {
    fn beside(directory: &Path) -> Result<Self> {
        clear(directory)?;
        let path = staging(directory)?;
        fs_err::create_dir_all(&path)?;
        Ok(Self { path })
    }

    fn exchange(&self, directory: &Path) -> Result<()> {
        if directory.exists() {
            replace(&self.path, directory).with_context(|| format!("replacing `{}`", directory.display()))?;
        } else {
            fs_err::rename(&self.path, directory)?;
        }
        atomic::sync_directory(atomic::parent(directory))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // after an exchange this is the old image; what cannot be removed is cleared by the next run
        let _ = fs_err::remove_dir_all(&self.path);
    }
}

/// Clears what a killed run left beside `directory`, or brings back from there what `directory` was.
pub fn clear(directory: &Path) -> Result<()> {
    let path = staging(directory)?;
    recover(&aside(&path), directory)?;
    if path.exists() {
        fs_err::remove_dir_all(&path)?;
    }
    Ok(())
}

/// One name for each image, so that what a killed run left is found by the next.
fn staging(directory: &Path) -> Result<PathBuf> {
    let name = directory.file_name().context("the image's folder has a name")?;
    Ok(atomic::parent(directory).join(format!(".{}.partial", name.to_string_lossy())))
}

/// Puts the folder `new` where `old` is, which then has the other name, or none.
fn replace(new: &Path, old: &Path) -> Result<()> {
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => replace_in_two_steps(new, old),
        exchanged => Ok(exchanged?),
    }
}

/// Where a file system cannot exchange names (NFS, some overlays); `old` is back if the second step fails.
fn replace_in_two_steps(new: &Path, old: &Path) -> Result<()> {
    let aside = aside(new);
    fs_err::rename(old, &aside)?;
    if let Err(error) = fs_err::rename(new, old) {
        let error = anyhow::Error::from(error);
        let there = || format!("`{}` has what was there; the next bake brings it back", aside.display());
        return Err(if fs_err::rename(&aside, old).is_ok() { error } else { error.context(there()) });
    }
    // what cannot be removed is cleared by the next run
    let _ = fs_err::remove_dir_all(&aside);
    Ok(())
}

/// Where the old folder is between the two steps that bring `staging` into its place.
fn aside(staging: &Path) -> PathBuf {
    staging.with_extension("replaced")
}

/// Brings back the folder that a run left in `aside` when it was killed between the two steps, or clears it.
fn recover(aside: &Path, directory: &Path) -> Result<()> {
    match (aside.exists(), directory.exists()) {
        (true, false) => Ok(fs_err::rename(aside, directory)?),
        (true, true) => Ok(fs_err::remove_dir_all(aside)?),
        (false, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the folder `name` with a file that says so.
    fn folder(parent: &Path, name: &str) -> PathBuf {
        let folder = parent.join(name);
        fs_err::create_dir(&folder).unwrap();
        fs_err::write(folder.join("file"), name).unwrap();
        folder
    }

    fn content(folder: &Path) -> String {
        fs_err::read_to_string(folder.join("file")).unwrap()
    }

    fn count(parent: &Path) -> usize {
        fs_err::read_dir(parent).unwrap().count()
    }

    #[test]
    fn two_steps_do_where_names_cannot_be_exchanged() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (folder(dir.path(), ".a.partial"), folder(dir.path(), "a"));
        replace_in_two_steps(&new, &old).unwrap();
        assert_eq!((content(&old).as_str(), count(dir.path())), (".a.partial", 1));
    }

    #[test]
    fn the_old_folder_is_back_if_the_second_step_fails() {
        let dir = tempfile::tempdir().unwrap();
        let old = folder(dir.path(), "a");
        assert!(replace_in_two_steps(&dir.path().join(".a.partial"), &old).is_err());
        assert_eq!((content(&old).as_str(), count(dir.path())), ("a", 1));
    }

    #[test]
    fn an_exchange_leaves_the_old_folder_under_the_other_name_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (folder(dir.path(), ".a.partial"), folder(dir.path(), "a"));
        replace(&new, &old).unwrap();
        assert_eq!(content(&old), ".a.partial");
        assert!(!new.exists() || content(&new) == "a");
    }

    #[test]
    fn what_a_run_left_that_was_killed_between_the_steps_is_brought_back() {
        let dir = tempfile::tempdir().unwrap();
        let (left, place) = (folder(dir.path(), ".a.replaced"), dir.path().join("a"));
        drop(Staging::beside(&place).unwrap());
        assert_eq!((content(&place).as_str(), count(dir.path())), (".a.replaced", 1));
        folder(dir.path(), ".a.replaced");
        drop(Staging::beside(&place).unwrap());
        assert!(place.exists() && !left.exists());
    }
}
