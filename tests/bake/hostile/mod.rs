//! Downloads and archives that nobody should trust, through the command line: the exit code, the words, and
//! that nothing half-written is left.

mod archives;
mod downloads;

use crate::support::server::Server;
use crate::support::{Outcome, Project};
use imgbuild::digest::Sha256;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A lock for the base of every definition here that names no package: what is refused is refused before
/// the first one is needed.
pub static NO_PACKAGES: LazyLock<String> = LazyLock::new(|| {
    let project = Project::mini();
    project.run(&["lock", "mini"]).success();
    let mut lock: serde_json::Value = serde_json::from_str(&project.read("images/mini.lock")).unwrap();
    lock["debs"] = serde_json::json!({});
    for packages in lock["roots"].as_object_mut().unwrap().values_mut() {
        *packages = serde_json::json!([]);
    }
    lock.to_string()
});

/// A definition whose upstream is a server of the test's own, with an empty cache.
struct Site {
    project: Project,
    mirror: String,
}

impl Site {
    /// [`Project::mini`] with `more`, which may name anything below `https://up.example.org/`.
    fn new(more: &str, server: &Server) -> Self {
        let mut project = Project::mini();
        project.cache = Some(project.path("cache"));
        project.extend("hostile", more);
        project.write("images/hostile.lock", &*NO_PACKAGES);
        Self { project, mirror: server.url() }
    }

    fn run(&self, verb: &str) -> Outcome {
        self.project.run(&[verb, "hostile", "--artifact-mirror", &self.mirror])
    }

    /// Panics if anything is in `dist/`, half a result is in the cache, or a blob has not its digest.
    #[track_caller]
    fn is_clean(&self) {
        assert!(!self.project.path("dist").exists(), "something is in dist/");
        let built = files(&self.project.path("cache/built"));
        assert!(built.is_empty(), "{built:?}");
        let working = files(&self.project.path("cache/work"));
        assert!(working.iter().all(|path| path.extension().is_some_and(|e| e == "lock")), "{working:?}");
        for blob in files(&self.project.path("cache/store/sha256")) {
            let digest = Sha256::of_file(&blob).unwrap().to_string();
            assert_eq!(blob.file_name().unwrap().to_str(), Some(digest.as_str()));
        }
    }
}

/// Every file below `folder`, which may be missing.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.flat_map(|entry| below(entry.unwrap().path())).collect()
}
