//! Lock files on disk.

use super::model::{Lock, SCHEMA};
use crate::Result;
use crate::atomic;
use crate::error::Fault;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The lock of the definition at `definition`: `debian-13.lock` beside `debian-13.yaml`.
pub fn path_for(definition: &Path) -> PathBuf {
    definition.with_extension("lock")
}

impl Lock {
    /// Reads `path`; `None` if it is not there.
    ///
    /// # Errors
    /// Another schema number, and what is no lock, with line and column.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        match fs_err::read_to_string(path) {
            Ok(text) => Self::parse(&text, path).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The lock beside the definition at `definition`, or else that of the first one that it extends and that has one:
    /// what is the same in both, as nearly all is in a box of an image, is locked alike.
    ///
    /// # Errors
    /// Those of [`Lock::read`], and a definition that cannot be read.
    pub fn known(definition: &Path) -> Result<Option<Self>> {
        if let Some(own) = Self::read(&path_for(definition))? {
            return Ok(Some(own));
        }
        for base in crate::definition::bases(definition)? {
            if let Some(lock) = Self::known(&base)? {
                return Ok(Some(lock));
            }
        }
        Ok(None)
    }

    /// Parses the text of the lock at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            schema: u32,
        }
        let head: Head = serde_json::from_str(text).map_err(|error| not_a_lock(path, &error))?;
        if head.schema != SCHEMA {
            let message = format!(
                "`{}` has lock schema `{}`, this imgbuild reads {SCHEMA}",
                path.display(),
                head.schema
            );
            return Err(Fault::stale(message).hint("write it anew with `imgbuild lock --update`").into());
        }
        let lock: Self = serde_json::from_str(text).map_err(|error| not_a_lock(path, &error))?;
        lock.check_references(path)?;
        Ok(lock)
    }

    /// Writes it to `path` in canonical form.
    pub fn write(&self, path: &Path) -> Result<()> {
        atomic::write(path, self.to_json()?)
    }

    /// The canonical text.
    pub fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    fn check_references(&self, path: &Path) -> Result<()> {
        let ids = self.roots.iter().flat_map(|(root, ids)| ids.iter().map(move |id| (root, id)));
        for (root, id) in ids {
            if !self.debs.contains_key(id) {
                let message =
                    format!("`{}`: root `{root}` names `{id}`, which is not in `debs`", path.display());
                return Err(Fault::input(message).hint("write it anew with `imgbuild lock --update`").into());
            }
        }
        Ok(())
    }
}

fn not_a_lock(path: &Path, error: &serde_json::Error) -> Fault {
    Fault::input(format!("`{}` is no lock file: {error}", path.display()))
        .hint("restore it from version control, or write it anew with `imgbuild lock --update`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{exit_code, hint};

    const MINIMAL: &str = r#"{"schema":1,"sections":{},"epoch":1,"debs":{},"roots":{"base":[]},"sources":{},
        "downloads":{},"images":{}}"#;

    fn parse(text: &str) -> Result<Lock> {
        Lock::parse(text, Path::new("x.lock"))
    }

    #[test]
    fn reads_back_what_it_writes() {
        let lock = parse(MINIMAL).unwrap();
        assert_eq!(parse(&lock.to_json().unwrap()).unwrap(), lock);
    }

    #[test]
    fn another_schema_is_refused_before_anything_else() {
        let error = parse(r#"{"schema":9,"whatever":true}"#).unwrap_err();
        assert!(error.to_string().contains("lock schema `9`"), "{error}");
        assert_eq!(exit_code(&error), 4);
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let error = parse(&MINIMAL[..40]).unwrap_err();
        assert!(error.to_string().contains("line 1 column"), "{error}");
        assert!(hint(&error).unwrap().contains("--update"));
        let dangling = MINIMAL.replace("[]", r#"["a_1_all"]"#);
        assert!(parse(&dangling).unwrap_err().to_string().contains("`a_1_all`"));
    }
}
