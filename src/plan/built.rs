//! Results of earlier steps, by input key: `<cache>/built/<kind>/<key>/`.
//!
//! A result is made in a folder aside and renamed when complete, under a lock for its key: two runs at once
//! build it once, and a killed run leaves only a folder that the next one clears away.

use super::step::Step;
use crate::Result;
use crate::atomic;
use crate::context::Context;
use crate::exclusive;
use crate::report::Report;
use crate::stages::sandbox;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The cache of results.
#[derive(Clone)]
pub struct Built {
    results: PathBuf,
    work: PathBuf,
    logs: PathBuf,
    report: Report,
}

/// A folder for one run of one step, removed when dropped.
pub struct Workplace {
    directory: PathBuf,
    /// Becomes the result.
    pub out: PathBuf,
    /// Thrown away.
    pub scratch: PathBuf,
    /// Where the children's output goes; it stays, whatever becomes of the step.
    pub log: PathBuf,
}

impl Built {
    /// The results in the cache of `context`.
    pub fn open(context: &Context) -> Result<Self> {
        let folder = |name| context.cache_dir.join(name);
        let (results, work, logs) = (folder("built"), folder("work"), folder("logs"));
        let built = Self { results, work, logs, report: context.report.clone() };
        fs_err::create_dir_all(&built.work)?;
        Ok(built)
    }

    /// The result of `step`, if it is there.
    pub fn get(&self, step: &Step) -> Option<PathBuf> {
        let path = self.path(step);
        path.is_dir().then_some(path)
    }

    /// The result of `step`, made by `make` if it is not there yet.
    pub fn get_or_make(&self, step: &Step, make: impl FnOnce(&Workplace) -> Result<()>) -> Result<PathBuf> {
        if let Some(path) = self.get(step) {
            return Ok(path);
        }
        let _locked = self.lock(step)?;
        if let Some(path) = self.get(step) {
            return Ok(path);
        }
        let workplace = self.workplace(step)?;
        make(&workplace).with_context(|| format!("making {}", step.name))?;
        let path = self.path(step);
        fs_err::write(workplace.out.join("inputs.json"), serde_json::to_vec_pretty(&step.inputs)?)?;
        sync(&workplace.out)?;
        fs_err::create_dir_all(self.results.join(step.kind))?;
        atomic::rename(&workplace.out, &path)?;
        Ok(path)
    }

    fn path(&self, step: &Step) -> PathBuf {
        self.results.join(step.kind).join(step.key.to_string())
    }

    /// An empty log for `step`, beside the results.
    fn log(&self, step: &Step) -> Result<PathBuf> {
        let name = step.name.replace(['/', ' ', ':'], "-");
        fs_err::create_dir_all(&self.logs)?;
        let path = self.logs.join(format!("{name}.log"));
        fs_err::write(&path, "")?;
        Ok(path)
    }

    /// Held while the step runs; whoever waits for it finds the result.
    fn lock(&self, step: &Step) -> Result<fs_err::File> {
        let path = self.work.join(format!("{}-{}.lock", step.kind, step.key));
        exclusive::open(&path, || {
            self.report.step(format!("waiting for another run to finish with {}", step.name));
        })
    }

    /// Clears what a killed run left; only the holder of the step's lock may.
    fn workplace(&self, step: &Step) -> Result<Workplace> {
        let directory = self.work.join(format!("{}-{}", step.kind, step.key));
        if directory.exists() {
            sandbox::remove(&directory)?;
        }
        let workplace = Workplace {
            out: directory.join("out"),
            scratch: directory.join("scratch"),
            log: self.log(step)?,
            directory,
        };
        fs_err::create_dir_all(&workplace.out)?;
        fs_err::create_dir_all(&workplace.scratch)?;
        Ok(workplace)
    }
}

impl Workplace {
    /// A new empty folder that is thrown away afterwards.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.scratch.join(name);
        fs_err::create_dir_all(&path)?;
        Ok(path)
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // what stays behind is cleared by the next run of the same step
        let _ = sandbox::remove(&self.directory);
    }
}

/// Makes all that is below `directory` durable, which a rename alone does not. There may be thousands of
/// files, so the file system is synced as a whole.
fn sync(directory: &Path) -> Result<()> {
    let synced = rustix::fs::syncfs(fs_err::File::open(directory)?.file());
    synced.map_err(std::io::Error::from).with_context(|| format!("syncing `{}`", directory.display()))
}

#[cfg(test)]
mod tests {
    use super::super::step::Inputs;
    use super::*;
    use crate::context;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn step() -> Step {
        Step::new("test", "a test", Inputs::new().with("a", 1))
    }

    #[test]
    fn a_result_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let built = Built::open(&context::for_tests(dir.path())).unwrap();
        let make = |place: &Workplace| Ok(fs_err::write(place.out.join("x"), "1")?);
        let path = built.get_or_make(&step(), make).unwrap();
        let again = built.get_or_make(&step(), |_| panic!("made twice")).unwrap();
        assert_eq!(fs_err::read_to_string(again.join("x")).unwrap(), "1");
        assert!(path.join("inputs.json").exists());
    }

    #[test]
    fn of_two_runs_at_once_one_makes_the_result_and_the_other_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let built = Built::open(&context::for_tests(dir.path())).unwrap();
        let runs = AtomicUsize::new(0);
        let run = || {
            let make = |_: &Workplace| {
                runs.fetch_add(1, Ordering::Relaxed);
                Ok(())
            };
            built.get_or_make(&step(), make).unwrap()
        };
        std::thread::scope(|scope| {
            scope.spawn(run);
            scope.spawn(run);
        });
        assert_eq!(runs.into_inner(), 1);
    }

    #[test]
    fn a_failed_run_leaves_no_result_and_the_next_one_starts_clean() {
        let dir = tempfile::tempdir().unwrap();
        let built = Built::open(&context::for_tests(dir.path())).unwrap();
        let fail = |place: &Workplace| {
            fs_err::write(place.out.join("half"), "")?;
            anyhow::bail!("interrupted")
        };
        assert!(built.get_or_make(&step(), fail).is_err());
        assert!(built.get(&step()).is_none());
        // what a killed process leaves
        fs_err::create_dir_all(dir.path().join(format!("work/test-{}/out/half", step().key))).unwrap();
        let path = built.get_or_make(&step(), |_| Ok(())).unwrap();
        assert!(!path.join("half").exists());
    }
}
