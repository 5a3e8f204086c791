//! The on-host agent, a program of imgbuild's own that images with Kubernetes get.

use crate::Result;
use crate::architecture::Architecture;
use crate::context::Context;
use crate::definition::Definition;
use crate::digest::Sha256;
use crate::environment;
use crate::error::Fault;
use crate::layers::entry::{Content, Entry};
use crate::layers::tree::Tree;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where it is in the image.
pub const PATH: &str = "usr/local/bin/imgbuild-node";
/// Its name beside `imgbuild`, if it is for the same architecture.
const FILE_NAME: &str = "imgbuild-node";
/// Bytes of a program up to the end of `e_machine` (elf(5)).
const HEADER: u64 = 20;

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
    /// There is no such file, or it is a program for another architecture.
    pub fn of(context: &Context, definition: &Definition) -> Result<Option<Self>> {
        if definition.kubernetes.is_none() {
            return Ok(None);
        }
        let architecture = definition.base.architecture;
        let file = match &context.node {
            Some(file) => file.clone(),
            None => environment::this_program()?.with_file_name(file_name(architecture)),
        };
        let sha256 = Sha256::of_file(&file).map_err(|error| {
            Fault::usage(format!("there is no on-host agent for the image: {error}")).hint(hint(architecture))
        })?;
        require_architecture(&file, architecture)?;
        Ok(Some(Self { file, sha256 }))
    }

    /// Adds it to the root file system.
    pub fn add(&self, tree: &mut Tree) -> Result<()> {
        tree.insert(PATH, Entry::file(Content::of_file(&self.file)?, 0o755))
    }
}

fn file_name(image: Architecture) -> String {
    if image == Architecture::of_this_machine() { FILE_NAME.into() } else { format!("{FILE_NAME}-{image}") }
}

fn hint(image: Architecture) -> String {
    let target =
        if image == Architecture::of_this_machine() { "node".into() } else { format!("node-{image}") };
    format!("run `make {target}`, or name the program with `--node FILE`")
}

/// A program for another architecture would be in the image unseen until a host boots. What is no ELF file is taken
/// as it is.
fn require_architecture(file: &Path, image: Architecture) -> Result<()> {
    let mut head = Vec::new();
    fs_err::File::open(file)?.take(HEADER).read_to_end(&mut head)?;
    match head[..] {
        [0x7f, b'E', b'L', b'F', .., low, high] if u16::from_le_bytes([low, high]) != image.elf_machine() => {
            let message = format!("the on-host agent `{}` is no program for `{image}`", file.display());
            Err(Fault::usage(message).hint(hint(image)).into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;

    /// The beginning of a program for `machine`.
    fn program(machine: u16) -> tempfile::NamedTempFile {
        let mut header = [0; 64];
        header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        header[18..20].copy_from_slice(&machine.to_le_bytes());
        let file = tempfile::NamedTempFile::new().unwrap();
        fs_err::write(file.path(), header).unwrap();
        file
    }

    #[test]
    fn a_program_for_another_architecture_is_refused() {
        let (x86, arm) = (program(62), program(183));
        require_architecture(x86.path(), Architecture::Amd64).unwrap();
        require_architecture(arm.path(), Architecture::Arm64).unwrap();
        let refused = require_architecture(x86.path(), Architecture::Arm64).unwrap_err();
        assert!(refused.to_string().contains("no program for `arm64`"), "{refused}");
        assert!(error::hint(&refused).unwrap().contains("--node FILE"));
    }

    #[test]
    fn each_architecture_has_a_file_of_its_own_beside_the_program() {
        let own = Architecture::of_this_machine();
        let names = [Architecture::Amd64, Architecture::Arm64].map(file_name);
        assert!(names.contains(&"imgbuild-node".to_owned()) && names[0] != names[1], "{names:?}");
        assert_eq!(hint(own), "run `make node`, or name the program with `--node FILE`");
    }
}
