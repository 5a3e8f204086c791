//! The predicate of SLSA provenance 1, as far as it is written here.

use crate::papers::statement::Resource;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What was made how, and by what.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Predicate {
    /// All that decides about the result.
    pub build_definition: BuildDefinition,
    /// This very making.
    pub run_details: RunDetails,
}

/// All that decides about the result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BuildDefinition {
    /// What the parameters mean.
    pub build_type: String,
    /// What the user asked for.
    pub external_parameters: Value,
    /// What followed from it.
    pub internal_parameters: Value,
    /// Every byte that went in.
    pub resolved_dependencies: Vec<Resource>,
}

/// This very making.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunDetails {
    /// By what it was made.
    pub builder: Builder,
    /// Which making it was.
    pub metadata: Metadata,
    /// What else came of it.
    pub byproducts: Vec<Resource>,
}

/// By what it was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Builder {
    /// Its name.
    pub id: String,
    /// Versions of its parts.
    pub version: BTreeMap<String, String>,
    /// What it consists of.
    #[serde(rename = "builderDependencies")]
    pub dependencies: Vec<Resource>,
}

/// Which making it was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The digest over all inputs: makings with the same inputs are not told apart.
    pub invocation_id: String,
}
