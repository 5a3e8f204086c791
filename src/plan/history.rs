//! What went into the steps of an image when it was last baked, so that a plan can say what changed.

use super::step::{Inputs, Step};
use crate::Result;
use crate::atomic;
use crate::context::Context;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The inputs of an image's last bake, by step name.
pub struct History {
    path: PathBuf,
    steps: BTreeMap<String, Inputs>,
}

impl History {
    /// That of the image called `image`; empty if there is none or it is unreadable, since it only explains.
    pub fn open(context: &Context, image: &str) -> Self {
        let path = context.cache_dir.join("history").join(format!("{image}.json"));
        let steps = fs_err::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, steps: steps.unwrap_or_default() }
    }

    /// Why `step` must run: what changed since the last bake.
    pub fn reason(&self, step: &Step) -> String {
        let Some(earlier) = self.steps.get(&step.name) else {
            return "not built yet".into();
        };
        let changed = step.inputs.changed_since(earlier);
        match changed.as_slice() {
            [] => "no longer in the cache".into(),
            [one] => format!("{one} changed"),
            [one, two] => format!("{one} and {two} changed"),
            [one, .., last] => format!("{one}, … {last} changed ({} inputs)", changed.len()),
        }
    }

    /// Remembers `steps` as the last bake.
    pub fn record<'a>(mut self, steps: impl Iterator<Item = &'a Step>) -> Result<()> {
        self.steps = steps.map(|step| (step.name.clone(), step.inputs.clone())).collect();
        atomic::write(&self.path, serde_json::to_vec_pretty(&self.steps)?)
    }
}
