//! The on-host agent, a program of imgbuild's own that images with Kubernetes get.

use crate::Result;
use crate::context::Context;
use crate::definition::Definition;
use crate::digest::Sha256;
use crate::environment;
use crate::error::Fault;
use crate::layers::entry::{Content, Entry};
use crate::layers::tree::Tree;
use std::path::PathBuf;

/// Where it is in the image.
pub const PATH: &str = "usr/local/bin/imgbuild-node";
/// Its name beside `imgbuild`.
const FILE_NAME: &str = "imgbuild-node";

/// The agent's program.
pub struct Agent {
    file: PathBuf,
    /// Of its bytes.
    pub sha256: Sha256,
}

impl Agent {
    /// The one that images of `definition` get; `None` if there is no Kubernetes for it to start.
    ///
    /// # Errors
    /// There is no such file.
    pub fn of(context: &Context, definition: &Definition) -> Result<Option<Self>> {
        if definition.kubernetes.is_none() {
            return Ok(None);
        }
        let file = match &context.node {
            Some(file) => file.clone(),
            None => environment::this_program()?.with_file_name(FILE_NAME),
        };
        let sha256 = Sha256::of_file(&file).map_err(|error| {
            Fault::usage(format!("there is no on-host agent for the image: {error}"))
                .hint("run `make node`, or name the program with `--node FILE`")
        })?;
        Ok(Some(Self { file, sha256 }))
    }

    /// Adds it to the root file system.
    pub fn add(&self, tree: &mut Tree) -> Result<()> {
        tree.insert(PATH, Entry::file(Content::of_file(&self.file)?, 0o755))
    }
}
