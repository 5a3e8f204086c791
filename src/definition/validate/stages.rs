//! Hermetic builds.

use super::super::model::Stage;
use super::super::raw::RawStage;
use super::{Result, Scope, local, named, names, paths};
use crate::document::place::Place;
use std::collections::BTreeMap;

/// `stages`.
pub fn stages(raw: BTreeMap<String, RawStage>, at: &Place, scope: &Scope) -> Result<BTreeMap<String, Stage>> {
    named(raw, at, names::label, |raw, at| stage(raw, at, scope))
}

fn stage(raw: RawStage, at: &Place, scope: &Scope) -> Result<Stage> {
    let script = at.key("script");
    let outputs: Vec<String> = at.key("outputs").items(raw.outputs, paths::relative)?;
    if outputs.is_empty() {
        let hint = "list the files that the script leaves below `/out`: `[kubelet]`";
        return Err(at.key("outputs").fault("is empty").hint(hint));
    }
    Ok(Stage {
        cross: raw.cross,
        packages: at.key("packages").items(raw.packages, names::package)?,
        sources: at.key("sources").items(raw.sources, names::package)?,
        script: local::file(&script.required(raw.script)?, &script, scope)?,
        environment: named(raw.environment, &at.key("environment"), names::variable, |value, at| {
            at.checked(scope.fill(&value), names::line)
        })?,
        outputs: outputs.into_iter().map(|path| (path.clone(), path)).collect(),
    })
}
