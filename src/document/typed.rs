//! From a tree to the raw structs, with serde's complaint moved to where the value was written.

use super::Raw;
use super::place::{Origins, Place};
use super::tree::Tree;
use crate::error::Fault;
use serde_path_to_error::Segment;

/// `tree` as an `R`; `origins` are those of `tree`.
pub fn read<R: Raw>(tree: &Tree, origins: &Origins) -> Result<R, Fault> {
    serde_path_to_error::deserialize(tree.to_json()).map_err(|error| {
        let place = place_of(origins, error.path());
        let message = error.inner().to_string();
        place.fault(&message).hint(hint(&message, R::SCHEMA_COMMAND))
    })
}

fn place_of<'a>(origins: &'a Origins, path: &serde_path_to_error::Path) -> Place<'a> {
    path.iter().fold(origins.root(), |place, segment| match segment {
        Segment::Map { key } => place.key(key),
        Segment::Seq { index } => place.item(*index),
        Segment::Enum { .. } | Segment::Unknown => place,
    })
}

fn hint(message: &str, command: &str) -> String {
    let number = ["integer", "floating point", "boolean"].iter().any(|kind| message.contains(kind));
    match message {
        _ if message.starts_with("unknown field") => {
            format!("`{command}` prints all that a definition may hold")
        }
        _ if number && message.contains("expected a string") => "put the value in quotes".to_owned(),
        _ => format!("`{command}` prints what belongs here"),
    }
}
