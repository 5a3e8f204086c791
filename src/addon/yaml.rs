//! Streams of YAML documents, as manifests are.

use crate::error::Fault;
use serde_json::Value;

/// Nodes of one manifest; Calico's definitions of resources have about a hundred thousand.
const NODES: usize = 4_000_000;

/// The documents of `text`, without empty ones. Lists of objects (`kind: List`) become their items.
pub fn documents(text: &str) -> Result<Vec<Value>, Fault> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_nodes: NODES, max_events: 4 * NODES },
    };
    let all: Vec<Value> = serde_yaml::from_multiple_with_options(text, options).map_err(|error| {
        let shown = error.to_string();
        let shown = shown.strip_prefix("error: ").unwrap_or(&shown).trim_end();
        Fault::input(format!("this is no valid YAML: {shown}")).hint("correct the place that is shown")
    })?;
    Ok(all.into_iter().flat_map(items).filter(|document| !document.is_null()).collect())
}

fn items(mut document: Value) -> Vec<Value> {
    let is_list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    match document.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if is_list => items,
        Some(other) => {
            document["items"] = other;
            vec![document]
        }
        None => vec![document],
    }
}

/// `documents` as one stream.
pub fn stream(documents: &[Value]) -> crate::Result<String> {
    let texts = documents.iter().map(|document| Ok(serde_yaml::to_string(document)?));
    let texts = texts.collect::<crate::Result<Vec<String>>>()?;
    Ok(texts.join("---\n"))
}
