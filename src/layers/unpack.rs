//! A tree as plain files of the current user: build roots that a sandbox enters.
//!
//! The folder must be new and a tree's paths lead through no links, so nothing can be written outside of it.
//! Device nodes and pipes are left out: an ordinary user cannot make the former and sandboxes bring their own.

use super::content::Copier;
use super::entry::{Content, Entry, Node};
use super::tree::Tree;
use crate::Result;
use anyhow::Context as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Creates `folder` (its parent must exist) with all of `tree` in it; `jobs` files are written at once.
///
/// Modes are kept whatever the umask, also setuid bits; owners are not.
pub fn unpack(tree: &Tree, folder: &Path, jobs: usize) -> Result<()> {
    fs_err::create_dir(folder)?;
    directories(tree).try_for_each(|(path, _)| match path {
        "" => Ok(()),
        _ => fs_err::create_dir(folder.join(path)),
    })?;
    files(tree, folder, jobs.max(1))?;
    links(tree, folder)?;
    // Modes of folders last, the deepest first: some forbid writing.
    let mut modes: Vec<(&str, u32)> = directories(tree).map(|(path, entry)| (path, entry.mode)).collect();
    modes.reverse();
    modes.into_iter().try_for_each(|(path, mode)| set_mode(&folder.join(path), mode))
}

fn directories(tree: &Tree) -> impl Iterator<Item = (&str, &Entry)> {
    tree.iter().filter(|(_, entry)| entry.node == Node::Directory)
}

fn files(tree: &Tree, folder: &Path, jobs: usize) -> Result<()> {
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..jobs).map(|job| scope.spawn(move || every_nth_file(tree, folder, job, jobs))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked")))
    })
}

fn every_nth_file(tree: &Tree, folder: &Path, first: usize, step: usize) -> Result<()> {
    let mut copier = Copier::new();
    for (path, entry) in tree.iter().skip(first).step_by(step) {
        if let Node::File(content) = &entry.node {
            let place = folder.join(path);
            file(&mut copier, content, entry, &place)
                .with_context(|| format!("writing `{}`", place.display()))?;
        }
    }
    Ok(())
}

fn file(copier: &mut Copier, content: &Content, entry: &Entry, place: &PathBuf) -> Result<()> {
    let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(place)?;
    copier.copy(content, &mut file)?;
    // Builds compare times, so these too must not tell when the root was made.
    file.file().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(entry.mtime))?;
    Ok(file.set_permissions(std::fs::Permissions::from_mode(entry.mode))?)
}

fn links(tree: &Tree, folder: &Path) -> Result<()> {
    for (path, entry) in tree.iter() {
        let place = folder.join(path);
        match &entry.node {
            Node::Symlink(target) => {
                symlink(target, &place).with_context(|| format!("linking `{}`", place.display()))?;
            }
            Node::Hardlink(target) => fs_err::hard_link(folder.join(target), &place)?,
            _ => {}
        }
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    Ok(fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    #[test]
    fn everything_but_devices_is_there_with_its_mode() {
        let mut tree = Tree::new(1000);
        let text = |text: &str, mode| Entry::file(Content::Bytes(text.into()), mode);
        for (path, entry) in [
            ("closed", Entry::directory(0o555)),
            ("closed/tool", text("#!", 0o4711)),
            ("closed/same", Entry { node: Node::Hardlink("closed/tool".into()), ..text("", 0) }),
            ("usr/lib/a", text("a", 0o640)),
            ("lib", Entry::symlink("usr/lib")),
            ("dev/null", Entry { node: Node::Character(1, 3), ..text("", 0o666) }),
        ] {
            tree.insert(path, entry).unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        unpack(&tree, &root, 2).unwrap();
        let status = |path: &str| fs_err::symlink_metadata(root.join(path)).unwrap();
        assert_eq!(status("closed").mode() & 0o7777, 0o555);
        assert_eq!((status("closed/tool").mode() & 0o7777, status("closed/tool").mtime()), (0o4711, 1000));
        assert_eq!(status("closed/tool").ino(), status("closed/same").ino());
        assert_eq!(fs_err::read_to_string(root.join("lib/a")).unwrap(), "a");
        assert!(!root.join("dev/null").exists());
        set_mode(&root.join("closed"), 0o755).unwrap();
    }

    #[test]
    fn a_folder_that_is_there_already_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        assert!(unpack(&Tree::new(0), dir.path(), 1).is_err());
    }
}
