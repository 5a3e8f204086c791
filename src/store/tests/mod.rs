//! The store against servers that misbehave, on 127.0.0.1, with bounded waits.

mod concurrency;
mod credentials;
mod disk;
mod download;
mod integrity;
mod interruption;
mod killed;
mod logins;
mod mirror;
mod network;
mod registry;
mod server;

use super::*;
use crate::context::for_tests as context;
use crate::error::{Kind, fault};
use std::time::Duration;

/// A store in a directory of its own.
struct Fixture {
    directory: tempfile::TempDir,
    context: Context,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let context = context(directory.path());
        Self { directory, context }
    }

    /// As a new process would open it: nothing is known to be verified.
    fn store(&self) -> Store {
        Store::open_with(&self.context, settings()).unwrap()
    }

    fn offline(&self) -> Store {
        Store::open_with(&Context { offline: true, ..self.context.clone() }, settings()).unwrap()
    }

    /// A store that gives up at the first failure.
    fn hasty(&self) -> Store {
        Store::open_with(&self.context, Settings { attempts: 1, ..settings() }).unwrap()
    }

    fn partial(&self, content: &[u8]) -> PathBuf {
        self.directory.path().join("store/partial").join(Sha256::of(content).to_string())
    }

    fn blob(&self, content: &[u8]) -> PathBuf {
        let name = Sha256::of(content).to_string();
        self.directory.path().join("store/sha256").join(&name[..2]).join(name)
    }

    fn partials(&self) -> usize {
        fs_err::read_dir(self.directory.path().join("store/partial")).unwrap().count()
    }

    /// Overwrites a blob as a failing disk would.
    fn damage(&self, content: &[u8], with: &[u8]) {
        let path = self.blob(content);
        fs_err::remove_file(&path).unwrap();
        fs_err::write(path, with).unwrap();
    }
}

/// Short waits, and no proxy of the machine that runs the tests.
fn settings() -> Settings {
    Settings {
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(5),
        attempts: 3,
        backoff: Duration::from_millis(5),
        proxies: Proxies::default(),
        credentials: Vec::new(),
    }
}

fn want(content: &[u8], url: impl Into<String>) -> Want {
    Want {
        name: "thing".into(),
        sha256: Sha256::of(content),
        size: Some(content.len() as u64),
        sources: vec![url.into()],
        redirect: true,
        accept: None,
        hint: None,
    }
}

/// Bytes that compress and repeat badly, so that a wrong offset cannot go unnoticed.
fn content(length: u32) -> Vec<u8> {
    (0..length.div_ceil(32))
        .flat_map(|n| *Sha256::of(n.to_le_bytes()).bytes())
        .take(length as usize)
        .collect()
}

/// Kind and text of a failure.
fn failure<T: std::fmt::Debug>(result: Result<T>) -> (Kind, String) {
    let error = result.unwrap_err();
    (fault(&error).unwrap_or_else(|| panic!("no fault in {error:?}")).kind, format!("{error:#}"))
}
