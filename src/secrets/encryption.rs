//! Files that are kept encrypted, by `age` or `sops`.

use crate::Result;
use crate::environment::{self, AGE_IDENTITY, AGE_RECIPIENTS, PASSED_TO_SOPS};
use crate::error::Fault;
use crate::process::Tool;
use std::io::Write as _;
use std::path::{Path, PathBuf};

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
    pub fn read(self, path: &Path, keyring: &Keyring) -> Result<String> {
        match self {
            Self::None => Ok(fs_err::read_to_string(path)?),
            Self::Age => keyring.decryption().arg(path).text(),
            Self::Sops => sops().args(["--decrypt", "--output-type", "yaml"]).arg(path).text(),
        }
    }

    /// `text` as it is to be kept in the file at `path`.
    pub fn encrypted(self, text: &str, path: &Path, keyring: &Keyring) -> Result<Vec<u8>> {
        match self {
            Self::None => Ok(text.into()),
            Self::Age => filtered(&keyring.encryption()?, text),
            Self::Sops => {
                let types = ["--encrypt", "--input-type", "yaml", "--output-type", output_type(path)];
                filtered(&sops().args(types).arg("--filename-override").arg(path).arg("/dev/stdin"), text)
            }
        }
    }
}

/// Where age's keys are; sops has a configuration of its own.
#[derive(Debug, Default)]
pub struct Keyring {
    identity: Option<PathBuf>,
    recipients: Option<PathBuf>,
}

impl Keyring {
    /// What the user's variables say.
    pub fn of_environment() -> Self {
        let file = |name| environment::variable(name).map(PathBuf::from);
        Self { identity: file(AGE_IDENTITY), recipients: file(AGE_RECIPIENTS) }
    }

    fn decryption(&self) -> Tool {
        let tool = Tool::new("age").arg("--decrypt");
        match &self.identity {
            Some(file) => tool.arg("--identity").arg(file),
            None => tool,
        }
    }

    fn encryption(&self) -> Result<Tool> {
        let file = self.recipients.as_ref().ok_or_else(|| {
            Fault::input("age does not know for whom to encrypt the secrets")
                .hint(format!("set {AGE_RECIPIENTS} to a file with one recipient a line (`age-keygen -y`)"))
        })?;
        Ok(Tool::new("age").args(["--encrypt", "--armor", "--recipients-file"]).arg(file))
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;

    #[test]
    fn the_name_says_who_encrypts() {
        let of = |name: &str| Encryption::of(Path::new(name));
        assert_eq!(
            (of("a.yaml"), of("a.age"), of("a.yaml.age")),
            (Encryption::None, Encryption::Age, Encryption::Age)
        );
        assert_eq!((of("a.sops.yaml"), of("a.sops.json")), (Encryption::Sops, Encryption::Sops));
        assert_eq!(of("sops.yaml"), Encryption::None);
    }

    #[test]
    fn age_gives_back_what_it_got() {
        let dir = tempfile::tempdir().unwrap();
        let (identity, recipients) = (dir.path().join("identity"), dir.path().join("recipients"));
        Tool::new("age-keygen").arg("--output").arg(&identity).run().unwrap();
        fs_err::write(&recipients, Tool::new("age-keygen").arg("-y").arg(&identity).output().unwrap())
            .unwrap();
        let keyring = Keyring { identity: Some(identity), recipients: Some(recipients) };
        let path = dir.path().join("a.age");
        let encrypted = Encryption::Age.encrypted("hidden: yes\n", &path, &keyring).unwrap();
        assert!(encrypted.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----"));
        fs_err::write(&path, encrypted).unwrap();
        assert_eq!(Encryption::Age.read(&path, &keyring).unwrap(), "hidden: yes\n");
    }

    #[test]
    fn age_needs_recipients() {
        let error = Encryption::Age.encrypted("x", Path::new("a.age"), &Keyring::default()).unwrap_err();
        assert!(error::hint(&error).unwrap().contains("IMGBUILD_AGE_RECIPIENTS"), "{error}");
    }
}
