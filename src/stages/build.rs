//! Hermetic builds: a script in a root of locked packages, with locked sources, without network.

use super::sandbox::{Ids, Sandbox};
use crate::Result;
use crate::definition::Stage;
use crate::error::Fault;
use crate::layers::{read, unpack};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// Changes when the same inputs are to give other bytes.
pub const RECIPE: u32 = 1;

/// What the script is given besides its root: `/build/NAME` for each source package, and `/out` to fill.
const PREAMBLE: &str = r#"set -eu
cd /build
for dsc in /sources/*/*.dsc; do
    [ -e "$dsc" ] || continue
    name=$(basename "$(dirname "$dsc")")
    dpkg-source --no-check -x "$dsc" "/build/$name"
done
exec /bin/bash -eu /script"#;

/// The files of one source package as they must lie in a folder of their own.
pub struct SourceFiles {
    /// Source package name.
    pub package: String,
    /// File name and where its bytes are.
    pub files: Vec<(String, PathBuf)>,
}

/// Where a build happens; all paths exist and are empty but for the root tar.
pub struct Workshop<'a> {
    /// The build root as a tar.
    pub root_tar: &'a Path,
    /// An empty folder for everything that is thrown away afterwards.
    pub scratch: &'a Path,
    /// Receives one file per output, named for it.
    pub out: &'a Path,
    /// Receives what the script says.
    pub log: &'a Path,
    /// `SOURCE_DATE_EPOCH`.
    pub epoch: u64,
    /// Files to unpack at once.
    pub jobs: usize,
}

/// Runs the stage called `name`.
///
/// # Errors
/// The script's failure with the end of its log; an output that it did not leave.
pub fn run(name: &str, stage: &Stage, sources: &[SourceFiles], workshop: &Workshop) -> Result<()> {
    let folder = |name: &str| -> Result<PathBuf> {
        let path = workshop.scratch.join(name);
        fs_err::create_dir_all(&path)?;
        Ok(path)
    };
    let (build, out) = (folder("build")?, folder("out")?);
    let root = workshop.scratch.join("root");
    unpack::unpack(&read::tree(workshop.root_tar, workshop.epoch)?, &root, workshop.jobs)?;
    let sources = lay_out(sources, &folder("sources")?)?;
    let mut sandbox = Sandbox::new(&root, Ids::Root, workshop.epoch)
        .writable(&build, "/build")
        .writable(&out, "/out")
        .read_only(&sources, "/sources")
        .read_only(&stage.script, "/script")
        .variable("HOME", "/build");
    for (variable, value) in &stage.environment {
        sandbox = sandbox.variable(variable, value);
    }
    let script = sandbox.tool("/bin/sh").args(["-c", PREAMBLE]);
    script.log(workshop.log).run().with_context(|| format!("building stage `{name}`"))?;
    collect(name, stage, &out, workshop.out)
}

fn lay_out(sources: &[SourceFiles], directory: &Path) -> Result<PathBuf> {
    for package in sources {
        let folder = directory.join(&package.package);
        fs_err::create_dir_all(&folder)?;
        for (name, file) in &package.files {
            fs_err::copy(file, folder.join(name))?;
        }
    }
    Ok(directory.to_owned())
}

fn collect(name: &str, stage: &Stage, from: &Path, to: &Path) -> Result<()> {
    for (output, path) in &stage.outputs {
        let made = from.join(path);
        let is_file = fs_err::symlink_metadata(&made).is_ok_and(|metadata| metadata.is_file());
        if !is_file {
            let message =
                format!("stage `{name}` left no regular file `/out/{path}` for its output `{output}`");
            return Err(Fault::child(message)
                .hint(format!("make `{}` leave it there, or correct `outputs`", stage.script.display()))
                .into());
        }
        fs_err::copy(&made, to.join(output))?;
    }
    Ok(())
}
