//! Which file a definition that was named on the command line is in.

use crate::Result;
use crate::error::Fault;
use std::path::{Path, PathBuf};

/// Image definitions.
pub const IMAGE: Kind = Kind { what: "an image", noun: "image", folder: "images" };
/// Cluster definitions.
pub const CLUSTER: Kind = Kind { what: "a cluster", noun: "cluster", folder: "clusters" };

/// Definitions of one kind: any file, or one that is known by its name because it is in their folder.
pub struct Kind {
    what: &'static str,
    noun: &'static str,
    folder: &'static str,
}

impl Kind {
    /// The file that `name` means.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self, name: &Path) -> Result<PathBuf> {
        [name.to_owned(), self.named(name)].into_iter().find(|path| path.is_file()).ok_or_else(|| {
            let Self { what, noun, folder } = self;
            Fault::usage(format!("there is no {noun} definition `{}`", name.display()))
                .hint(format!("name a file, or {what} in `{folder}/`, from the folder that has `{folder}/`"))
                .into()
        })
    }

    /// Where the definition called `name` would be.
    pub fn named(&self, name: &Path) -> PathBuf {
        Path::new(self.folder).join(format!("{}.yaml", name.display()))
    }
}
