//! Which file a definition that was named on the command line is in.

use crate::Result;
use crate::error::Fault;
use std::io::ErrorKind;
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
    /// If there is none, or it cannot be seen whether there is one.
    pub fn find(&self, name: &Path) -> Result<PathBuf> {
        for path in [name.to_owned(), self.named(name)] {
            if is_file(&path)? {
                return Ok(path);
            }
        }
        let Self { what, noun, folder } = self;
        Err(Fault::usage(format!("there is no {noun} definition `{}`", name.display()))
            .hint(format!("name a file, or {what} in `{folder}/`, from the folder that has `{folder}/`"))
            .into())
    }

    /// Where the definition called `name` would be.
    pub fn named(&self, name: &Path) -> PathBuf {
        Path::new(self.folder).join(format!("{}.yaml", name.display()))
    }
}

/// Whether a regular file is at `path`; where this user may not look is no sign that there is none.
fn is_file(path: &Path) -> Result<bool> {
    match fs_err::metadata(path) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(error.into()),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;

    #[test]
    fn a_file_is_found_and_a_folder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        fs_err::write(&file, "schema: 1\n").unwrap();
        assert_eq!(IMAGE.find(&file).unwrap(), file);
        for wrong in [folder.path().to_owned(), file.join("b.yaml")] {
            assert_eq!(error::exit_code(&CLUSTER.find(&wrong).unwrap_err()), 2);
        }
    }
}
