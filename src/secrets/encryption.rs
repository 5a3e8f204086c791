//! Files that are kept encrypted, by `age` or `sops`.

use crate::Result;
use crate::environment::{self, AGE_IDENTITY, AGE_RECIPIENTS, PASSED_TO_SOPS};
use crate::error::Fault;
use crate::process::Tool;
use std::io::Write as _;
use std::path::Path;

/// Who encrypts a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Nobody.
    None,
    /// `age`.
    Age,
    /// `sops`.
    Sops,
}

impl Encryption {
    /// What the name of the file says.
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        match () {
            () if ends(&[".age"]) => Self::Age,
            () if ends(&[".sops.yaml", ".sops.yml", ".sops.json"]) => Self::Sops,
            () => Self::None,
        }
    }

    /// What is in the file at `path`, readable.
    pub fn read(self, path: &Path) -> Result<String> {
        match self {
            Self::None => Ok(fs_err::read_to_string(path)?),
            Self::Age => identity(Tool::new("age").arg("--decrypt")).arg(path).text(),
            Self::Sops => sops().args(["--decrypt", "--output-type", "yaml"]).arg(path).text(),
        }
    }

    /// `text` as it is to be kept in the file at `path`.
    pub fn encrypted(self, text: &str, path: &Path) -> Result<Vec<u8>> {
        match self {
            Self::None => Ok(text.into()),
            Self::Age => filtered(&recipients()?, text),
            Self::Sops => {
                let types = ["--encrypt", "--input-type", "yaml", "--output-type", output_type(path)];
                filtered(&sops().args(types).arg("--filename-override").arg(path).arg("/dev/stdin"), text)
            }
        }
    }
}

fn identity(tool: Tool) -> Tool {
    match environment::variable(AGE_IDENTITY) {
        Some(file) => tool.arg("--identity").arg(file),
        None => tool,
    }
}

fn recipients() -> Result<Tool> {
    let file = environment::variable(AGE_RECIPIENTS).ok_or_else(|| {
        Fault::input("age does not know for whom to encrypt the secrets")
            .hint(format!("set {AGE_RECIPIENTS} to a file with one recipient a line (`age-keygen -y`)"))
    })?;
    Ok(Tool::new("age").args(["--encrypt", "--armor", "--recipients-file"]).arg(file))
}

/// `sops` with the variables by which it finds its keys.
fn sops() -> Tool {
    PASSED_TO_SOPS.into_iter().fold(Tool::new("sops"), |tool, name| match environment::variable(name) {
        Some(value) => tool.env(name, value),
        None => tool,
    })
}

fn output_type(path: &Path) -> &'static str {
    if path.extension().is_some_and(|extension| extension == "json") { "json" } else { "yaml" }
}

/// What `tool` makes of `text`; the text itself never touches a disk.
fn filtered(tool: &Tool, text: &str) -> Result<Vec<u8>> {
    tool.filter(|stdin| Ok(stdin.write_all(text.as_bytes())?))
}
