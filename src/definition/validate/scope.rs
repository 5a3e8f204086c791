//! What the values of a definition are judged against besides themselves.

use super::super::raw::RawStage;
use crate::architecture::Architecture;
use crate::document::absolute;
use crate::document::place::directory_of;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The project around a definition, the architecture it is read for, and its stages.
#[derive(Clone)]
pub struct Scope {
    directory: PathBuf,
    architecture: Architecture,
    stages: BTreeMap<String, BTreeSet<String>>,
}

impl Scope {
    /// For the definition file at `path`. The caller's architecture wins over the file's, and that over this
    /// machine's.
    pub fn new(path: &Path, asked: Option<Architecture>, written: Option<Architecture>) -> Self {
        let architecture = asked.or(written).unwrap_or_else(Architecture::of_this_machine);
        Self { directory: absolute(directory_of(path)), architecture, stages: BTreeMap::new() }
    }

    /// The same scope, knowing the outputs of `stages`.
    #[must_use]
    pub fn with_stages(&self, stages: &BTreeMap<String, RawStage>) -> Self {
        let outputs = |stage: &RawStage| stage.outputs.iter().cloned().collect();
        let stages = stages.iter().map(|(name, stage)| (name.clone(), outputs(stage))).collect();
        Self { stages, ..self.clone() }
    }

    /// The folder of the definition file, absolute.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The folder that local files must lie in: the parent of the definition's, since projects keep
    /// `images/`, `templates/` and `keys/` side by side.
    pub fn project(&self) -> &Path {
        self.directory.parent().unwrap_or(&self.directory)
    }

    /// What the definition is read for.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// The outputs of `stage`, if there is such a stage.
    pub fn stage(&self, stage: &str) -> Option<&BTreeSet<String>> {
        self.stages.get(stage)
    }

    /// The names of all stages.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        self.stages.keys().map(String::as_str)
    }

    /// `text` with `{arch}` filled in.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{arch}", self.architecture.debian())
    }
}
