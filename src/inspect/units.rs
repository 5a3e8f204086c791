//! systemd units that the image starts by its own configuration.

use super::ext4::{FileSystem, Kind};
use crate::Result;
use std::collections::BTreeSet;

const SYSTEM: &str = "etc/systemd/system";
/// Folders of these kinds hold links to the units that a unit pulls in.
const PULLS_IN: [&str; 2] = [".wants", ".requires"];

/// Names of units that another unit wants or requires by a link below `/etc/systemd/system`, which is what
/// `systemctl enable` makes; sorted.
pub fn enabled(files: &FileSystem) -> Result<Vec<String>> {
    let mut units = BTreeSet::new();
    for (name, inode) in files.list(SYSTEM)? {
        let pulls_in = PULLS_IN.iter().any(|suffix| name.ends_with(suffix));
        if pulls_in && inode.kind == Kind::Directory {
            units.extend(files.list(&format!("{SYSTEM}/{name}"))?.into_iter().map(|(unit, _)| unit));
        }
    }
    Ok(units.into_iter().collect())
}
