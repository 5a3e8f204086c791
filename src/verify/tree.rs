//! Compares root file systems: both trees are walked side by side in the order of paths.

use super::difference::{Change, Difference, Place, Side};
use super::findings::Findings;
use super::{Differing, Pair, node};
use crate::Result;
use crate::inspect::cache::Cached;
use crate::inspect::ext4::{FileSystem, Inode, Kind};
use crate::inspect::gpt::Role;
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The difference between the root file systems, if there is one.
pub fn compare(pair: Pair<'_>) -> Result<Option<Difference>> {
    let Some(partition) = pair.differing(Role::Root)? else { return Ok(None) };
    let Differing { expected, actual, offset } = partition;
    let expected = FileSystem::open(Rc::new(Cached::new(expected))).context("in the expected image")?;
    let actual = FileSystem::open(Rc::new(Cached::new(actual))).context("in the actual image")?;
    let files = Walk::new(&expected, &actual).run()?.finish(Place::RootFiles);
    Ok(Some(files.unwrap_or_else(|| {
        let block = (offset / expected.block_size(), expected.describe(offset));
        Difference::bytes(Place::RootFileSystem, "root partition", offset, Some(block))
    })))
}

/// A path that still has to be compared, with its inode number on each side where it is.
struct Step {
    path: String,
    numbers: (Option<u32>, Option<u32>),
}

struct Walk<'a> {
    expected: &'a FileSystem,
    actual: &'a FileSystem,
    /// Directories that were entered, by their numbers on both sides: none has two names.
    entered: BTreeSet<(Option<u32>, Option<u32>)>,
    /// Last one first.
    pending: Vec<Step>,
    findings: Findings,
}

impl<'a> Walk<'a> {
    fn new(expected: &'a FileSystem, actual: &'a FileSystem) -> Self {
        let findings = Findings::default();
        Self { expected, actual, entered: BTreeSet::new(), pending: Vec::new(), findings }
    }

    fn run(mut self) -> Result<Findings> {
        let roots = (self.expected.root()?.number, self.actual.root()?.number);
        self.pending.push(Step { path: "/".into(), numbers: (Some(roots.0), Some(roots.1)) });
        while let Some(step) = self.pending.pop() {
            self.step(&step).with_context(|| format!("comparing `{}`", step.path))?;
        }
        Ok(self.findings)
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        let expected = step.numbers.0.map(|number| self.expected.inode(number)).transpose()?;
        let actual = step.numbers.1.map(|number| self.actual.inode(number)).transpose()?;
        let changes = match (&expected, &actual) {
            (Some(left), Some(right)) => node::compare((self.expected, left), (self.actual, right))?,
            (Some(_), None) => vec![Change::Missing { from: Side::Actual }],
            _ => vec![Change::Missing { from: Side::Expected }],
        };
        self.findings.note(&step.path, changes);
        self.enter(&step.path, expected.as_ref(), actual.as_ref())
    }

    /// Adds what is in the directories at `path`; on a side with no directory there is nothing.
    fn enter(&mut self, path: &str, expected: Option<&Inode>, actual: Option<&Inode>) -> Result<()> {
        let directory = |inode: &&Inode| inode.kind == Kind::Directory;
        let (expected, actual) = (expected.filter(directory), actual.filter(directory));
        let numbers = (expected.map(|inode| inode.number), actual.map(|inode| inode.number));
        if numbers == (None, None) {
            return Ok(());
        }
        anyhow::ensure!(self.entered.insert(numbers), "a directory with two names");
        let mut names: BTreeMap<Vec<u8>, (Option<u32>, Option<u32>)> = BTreeMap::new();
        for (name, number) in
            expected.map(|inode| self.expected.entries(inode)).transpose()?.unwrap_or_default()
        {
            names.entry(name).or_default().0 = Some(number);
        }
        for (name, number) in actual.map(|inode| self.actual.entries(inode)).transpose()?.unwrap_or_default()
        {
            names.entry(name).or_default().1 = Some(number);
        }
        let prefix = path.trim_end_matches('/');
        let step = |(name, numbers): (Vec<u8>, _)| Step {
            path: format!("{prefix}/{}", String::from_utf8_lossy(&name)),
            numbers,
        };
        self.pending.extend(names.into_iter().rev().map(step));
        Ok(())
    }
}
