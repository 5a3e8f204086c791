//! From a tree to the raw structs, with serde's complaint moved to where the value was written.

use super::place::{Origins, Place};
use super::tree::Tree;
use crate::error::Fault;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// `tree` as a `T`; `origins` are those of `tree`.
pub fn read<T: DeserializeOwned>(tree: &Tree, origins: &Origins) -> Result<T, Fault> {
    serde_path_to_error::deserialize(tree.to_json()).map_err(|error| {
        let place = place_of(origins, error.path());
        let message = error.inner().to_string();
        place.fault(&message).hint(hint(&message))
    })
}

fn place_of<'a>(origins: &'a Origins, path: &serde_path_to_error::Path) -> Place<'a> {
    path.iter().fold(origins.root(), |place, segment| match segment {
        Segment::Map { key } => place.key(key),
        Segment::Seq { index } => place.item(*index),
        Segment::Enum { .. } | Segment::Unknown => place,
    })
}

fn hint(message: &str) -> &'static str {
    let number = ["integer", "floating point", "boolean"].iter().any(|kind| message.contains(kind));
    match message {
        _ if message.starts_with("unknown field") => {
            "`imgbuild schema` prints all that a definition may hold"
        }
        _ if number && message.contains("expected a string") => "put the value in quotes",
        _ => "`imgbuild schema` prints what belongs here",
    }
}
