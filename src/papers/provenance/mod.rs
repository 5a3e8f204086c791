//! Provenance: what an image was made from, by what, and how (SLSA provenance 1).
//!
//! Without times and without the machine's name: the same definition and lock give the same bytes anywhere.

mod dependencies;
mod model;

use super::Subject;
use super::statement::{PROVENANCE, Resource, Statement};
use crate::Result;
use crate::digest::Sha256;
use crate::plan::IMGBUILD;
use model::{BuildDefinition, Builder, Metadata, Predicate, RunDetails};
use serde_json::json;
use std::collections::BTreeMap;

/// How images are made; `docs/papers.md` says what the parameters mean.
pub const BUILD_TYPE: &str = "imgbuild:bake/v1";
/// Whoever runs imgbuild: what it says is worth as much as the signature on it.
pub const BUILDER: &str = "imgbuild:builder/v1";

/// The statement that the `outputs` (by file name) are what `subject` makes; `byproducts` came with them.
pub fn statement(
    subject: &Subject,
    outputs: &BTreeMap<String, Sha256>,
    byproducts: &BTreeMap<String, Sha256>,
) -> Result<Statement> {
    let predicate = serde_json::to_value(predicate(subject, resources(byproducts))?)?;
    Ok(Statement::new(resources(outputs), PROVENANCE, predicate))
}

fn resources(files: &BTreeMap<String, Sha256>) -> Vec<Resource> {
    files.iter().map(|(name, sha256)| Resource::new(name, sha256)).collect()
}

fn predicate(subject: &Subject, byproducts: Vec<Resource>) -> Result<Predicate> {
    let plan = subject.plan;
    let lock = subject.locked.lock();
    let definition = subject.locked.definition();
    let steps: BTreeMap<&str, Sha256> = plan.steps().map(|step| (step.name.as_str(), step.key)).collect();
    Ok(Predicate {
        build_definition: BuildDefinition {
            build_type: BUILD_TYPE.into(),
            external_parameters: json!({ "image": definition.name, "definition": definition }),
            internal_parameters: json!({
                "epoch": lock.epoch,
                "lock": { "sha256": Sha256::of(lock.to_json()?) },
                "steps": steps,
            }),
            resolved_dependencies: dependencies::of(subject),
        },
        run_details: RunDetails {
            builder: Builder {
                id: BUILDER.into(),
                version: BTreeMap::from([("imgbuild".into(), env!("CARGO_PKG_VERSION").into())]),
                dependencies: builder_dependencies(subject),
            },
            metadata: Metadata { invocation_id: format!("sha256:{}", plan.disk.key) },
            byproducts,
        },
    })
}

/// imgbuild's own sources, and the agent that was built from them.
fn builder_dependencies(subject: &Subject) -> Vec<Resource> {
    let sources = subject.plan.disk.inputs.get(IMGBUILD).map(|digest| Resource::new(IMGBUILD, digest));
    let agent = subject.agent.map(|sha256| Resource::new("imgbuild-node", sha256));
    sources.into_iter().chain(agent).collect()
}

#[cfg(test)]
mod tests;
