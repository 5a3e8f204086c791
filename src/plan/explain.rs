//! What a bake would do, and why.

use super::built::Built;
use super::history::History;
use super::plan_of::Plan;
use crate::size::human;
use crate::store::{Store, Want};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What `plan` shows.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// Downloads.
    pub fetch: Fetch,
    /// Steps in order.
    pub steps: Vec<Explained>,
}

/// What would be downloaded.
#[derive(Debug, Serialize)]
pub struct Fetch {
    /// Files that the store lacks.
    pub missing: usize,
    /// Their size in bytes, as far as the lock knows it.
    pub bytes: u64,
    /// Files that the store has.
    pub present: usize,
}

/// One step.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// Its name.
    pub name: String,
    /// Digest of its inputs.
    pub key: String,
    /// `reuse` or `build`.
    pub action: Action,
    /// Why it must be built; empty if it is reused.
    pub reason: String,
}

/// What happens to a step.
#[derive(Debug, Serialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Its result is there.
    Reuse,
    /// It must run.
    Build,
}

/// Explains `plan`; `outputs_current` says whether `dist/` already holds what it would make.
pub fn explain(
    plan: &Plan,
    wants: &[Want],
    store: &Store,
    built: &Built,
    history: &History,
    outputs_current: bool,
) -> Explanation {
    let steps = plan.steps().map(|step| {
        let there = if step.kind == "disk" { outputs_current } else { built.get(step).is_some() };
        let (action, reason) =
            if there { (Action::Reuse, String::new()) } else { (Action::Build, history.reason(step)) };
        Explained { name: step.name.clone(), key: step.key.to_string(), action, reason }
    });
    Explanation { fetch: fetch(wants, store), steps: steps.collect() }
}

fn fetch(wants: &[Want], store: &Store) -> Fetch {
    let by_digest: BTreeMap<_, _> = wants.iter().map(|want| (want.sha256, want.size.unwrap_or(0))).collect();
    let missing: Vec<u64> =
        by_digest.iter().filter(|(sha256, _)| !store.contains(sha256)).map(|(_, size)| *size).collect();
    Fetch { missing: missing.len(), bytes: missing.iter().sum(), present: by_digest.len() - missing.len() }
}

impl Explanation {
    /// A table for people.
    pub fn to_text(&self) -> String {
        let Fetch { missing, bytes, present } = self.fetch;
        let mut text = format!("fetch  {missing} files, {} ({present} are in the store)\n", human(bytes));
        for step in &self.steps {
            let action = match step.action {
                Action::Reuse => "reuse",
                Action::Build => "build",
            };
            let line = format!("{action}  {:<40} {}", step.name, step.reason);
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}
