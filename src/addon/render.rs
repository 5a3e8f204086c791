//! Fills in what only a cluster knows: `{{ pod_network }}` in strings of a manifest.
//!
//! Only strings of the parsed document are touched, and the result is written anew: nothing that is filled in can
//! become more than the value that it stands in.

use super::yaml;
use crate::Result;
use crate::error::Fault;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names with what stands for them.
pub type Variables = BTreeMap<&'static str, String>;

/// The manifest `text` with `variables` filled in.
pub fn manifest(text: &str, variables: &Variables) -> Result<String> {
    let mut documents = yaml::documents(text)?;
    documents.iter_mut().try_for_each(|document| fill_all(document, variables))?;
    yaml::stream(&documents)
}

/// `value` with `variables` filled in, in place.
pub fn fill_all(value: &mut Value, variables: &Variables) -> Result<(), Fault> {
    match value {
        Value::String(text) => {
            *text = fill(text, variables)?;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill_all(item, variables)),
        Value::Object(fields) => fields.values_mut().try_for_each(|value| fill_all(value, variables)),
        _ => Ok(()),
    }
}

/// `text` with each `{{ name }}` replaced.
///
/// # Errors
/// A name that there is not; the hint lists those that there are.
pub fn fill(text: &str, variables: &Variables) -> Result<String, Fault> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        let Some(value) = variables.get(name.trim()) else {
            let known: Vec<&str> = variables.keys().copied().collect();
            return Err(Fault::input(format!("there is no variable `{}`", name.trim().escape_debug()))
                .hint(format!("variables of an addon: {}", known.join(", "))));
        };
        filled.push_str(before);
        filled.push_str(value);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}
