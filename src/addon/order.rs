//! In which order addons are applied.

use super::AddonRecord;
use crate::error::Fault;
use std::collections::BTreeMap;

/// `chosen` in their own order, but each behind those that it comes `after`.
///
/// # Errors
/// They wait for each other in a circle.
pub fn ordered(chosen: &[String], records: &BTreeMap<String, AddonRecord>) -> Result<Vec<String>, Fault> {
    let mut left: Vec<&String> = chosen.iter().collect();
    let mut sorted: Vec<String> = Vec::new();
    while !left.is_empty() {
        let waits = |name: &String| {
            let after = records.get(name).map(|record| record.after.as_slice()).unwrap_or_default();
            after.iter().any(|other| other != name && left.contains(&other))
        };
        let Some(next) = left.iter().position(|name| !waits(name)) else {
            let names: Vec<&str> = left.iter().map(|name| name.as_str()).collect();
            let message = format!("addons wait for each other: `{}`", names.join("`, `"));
            return Err(Fault::input(message).hint("correct `after` in their `addon.yaml`"));
        };
        sorted.push(left.remove(next).clone());
    }
    Ok(sorted)
}
