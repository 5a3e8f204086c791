//! Where the files of one addon are: in the project, or in imgbuild itself.

use super::embedded;
use crate::Result;
use crate::document::place::Place;
use crate::error::Fault;
use std::path::{Path, PathBuf};

/// The name of the file that describes an addon.
const DESCRIPTION: &str = "addon.yaml";

/// The folder of one addon.
pub(super) enum Folder {
    /// `addons/NAME` of the project: beside the definition, or beside its folder.
    Project(PathBuf),
    /// One that imgbuild carries.
    Embedded(String),
}

impl Folder {
    /// That of the addon called `name`, for a definition in `directory`.
    pub fn find(directory: &Path, name: &str) -> Option<Self> {
        let beside = [Some(directory), directory.parent()].into_iter().flatten();
        let mut folders = beside.map(|folder| folder.join("addons").join(name));
        if let Some(project) = folders.find(|folder| folder.join(DESCRIPTION).is_file()) {
            return Some(Self::Project(project));
        }
        let description = format!("{name}/{DESCRIPTION}");
        let known = embedded::TABLE.iter().any(|(path, _)| *path == description);
        known.then(|| Self::Embedded(name.to_owned()))
    }

    /// The path of the description, for messages and for what it extends.
    pub fn description(&self) -> PathBuf {
        match self {
            Self::Project(folder) => folder.join(DESCRIPTION),
            Self::Embedded(name) => Path::new("addons").join(name).join(DESCRIPTION),
        }
    }

    /// The text of the description.
    pub fn read_description(&self) -> Result<String> {
        match self {
            Self::Project(folder) => Ok(fs_err::read_to_string(folder.join(DESCRIPTION))?),
            Self::Embedded(name) => Ok(built_in(name, DESCRIPTION).unwrap_or_default().to_owned()),
        }
    }

    /// The text of the file `name`, which `at` asks for. It must lie in the folder itself.
    pub fn read(&self, name: &str, at: &Place) -> Result<String, Fault> {
        let missing = |why: &dyn std::fmt::Display| {
            at.fault(format!("`{name}`: {why}")).hint("name a file of UTF-8 text beside `addon.yaml`")
        };
        match self {
            Self::Project(folder) => {
                fs_err::read_to_string(folder.join(name)).map_err(|error| missing(&error))
            }
            Self::Embedded(addon) => {
                built_in(addon, name).map(str::to_owned).ok_or_else(|| missing(&"is not built in"))
            }
        }
    }
}

fn built_in(addon: &str, file: &str) -> Option<&'static str> {
    let path = format!("{addon}/{file}");
    embedded::TABLE.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}
