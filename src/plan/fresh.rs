//! A cache without results, `<cache>/fresh/`: whoever bakes with it builds everything.

use crate::Result;
use crate::context::Context;
use crate::exclusive;
use crate::stages::sandbox;
use std::path::PathBuf;

/// What takes space in it; logs stay, since errors name them.
const RESULTS: [&str; 2] = ["built", "work"];

/// One run has it at a time; its results are gone when it is dropped.
pub struct Fresh {
    directory: PathBuf,
    /// Held as long.
    _alone: fs_err::File,
}

impl Fresh {
    /// Below the cache of `context`, hence on the same file system; what a killed run left is cleared.
    pub fn open(context: &Context) -> Result<Self> {
        let directory = context.cache_dir.join("fresh");
        fs_err::create_dir_all(&context.cache_dir)?;
        let alone = exclusive::open(&directory.with_extension("lock"), || {
            context.report.step("waiting for another run to finish building everything anew");
        })?;
        if directory.exists() {
            sandbox::remove(&directory)?;
        }
        fs_err::create_dir_all(&directory)?;
        Ok(Self { directory, _alone: alone })
    }

    /// `context` with this cache. A store that was opened with `context` itself goes on to serve downloads.
    pub fn context(&self, context: &Context) -> Context {
        Context { cache_dir: self.directory.clone(), ..context.clone() }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for folder in RESULTS {
            // what stays behind is cleared by the next run
            let _ = sandbox::remove(&self.directory.join(folder));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::built::{Built, Workplace};
    use super::super::step::{Inputs, Step};
    use super::*;
    use crate::context;

    #[test]
    fn nothing_is_there_each_time_and_logs_stay() {
        let dir = tempfile::tempdir().unwrap();
        let context = context::for_tests(dir.path());
        let step = Step::new("test", "a test", Inputs::new());
        for _ in 0..2 {
            let fresh = Fresh::open(&context).unwrap();
            let built = Built::open(&fresh.context(&context)).unwrap();
            assert!(built.get(&step).is_none());
            let make = |place: &Workplace| Ok(fs_err::write(place.out.join("x"), "1")?);
            built.get_or_make(&step, make).unwrap();
        }
        let left = fs_err::read_dir(dir.path().join("fresh")).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(left, ["logs"]);
    }

    #[test]
    fn what_a_killed_run_left_is_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join("fresh/built/root/x");
        fs_err::create_dir_all(&left).unwrap();
        let _fresh = Fresh::open(&context::for_tests(dir.path())).unwrap();
        assert!(!left.exists());
    }
}
