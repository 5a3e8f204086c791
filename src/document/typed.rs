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
        let message = in_words(&error.inner().to_string());
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

/// serde's complaint without the names that types have in Rust.
fn in_words(message: &str) -> String {
    const NUMBERS: [(&str, &str); 4] = [
        ("expected u8", "expected a whole number from 0 to 255"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected u64", "expected a whole number"),
    ];
    let number = NUMBERS.into_iter().find_map(|(rust, words)| {
        let before = message.strip_suffix(rust)?;
        Some(format!("{before}{words}"))
    });
    let mapping = || {
        let (before, _) = message.split_once("expected struct ")?;
        Some(format!("{before}expected a mapping"))
    };
    number.or_else(mapping).unwrap_or_else(|| message.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names_that_people_know() {
        let table = [
            ("invalid value: integer `-1`, expected u16", "expected a whole number from 0 to 65535"),
            ("invalid type: string \"x\", expected struct RawEndpoint", "string \"x\", expected a mapping"),
            ("invalid length 0, expected struct Head with 3 elements", "length 0, expected a mapping"),
            ("invalid type: sequence, expected a string", "sequence, expected a string"),
        ];
        for (said, expected) in table {
            assert!(in_words(said).ends_with(expected), "{}", in_words(said));
        }
    }
}
