//! The number at the top of a definition. It is judged before anything else, because a definition of another
//! schema may rightly hold what this one refuses.

use super::tree::{Node, Tree};
use crate::error::Fault;

/// The schema that this imgbuild reads.
pub const SUPPORTED: u64 = 1;

/// Refuses a document whose `schema` is not [`SUPPORTED`].
pub fn check(document: &Tree) -> Result<(), Fault> {
    let hint = format!("begin the file with `schema: {SUPPORTED}`");
    let Node::Map(map) = &document.node else {
        return Err(Fault::input(format!("{}: this is no mapping", document.origin)).hint(hint));
    };
    let Some(schema) = map.get("schema") else {
        return Err(Fault::input(format!("{}: `schema` is missing", document.origin)).hint(hint));
    };
    match schema.to_json() {
        value if value == SUPPORTED => Ok(()),
        value => Err(unsupported(schema, &value)),
    }
}

fn unsupported(schema: &Tree, value: &serde_json::Value) -> Fault {
    let newer = value.as_u64().is_some_and(|number| number > SUPPORTED);
    let hint = if newer { "use a newer imgbuild" } else { "write a whole number, without quotes" };
    let origin = &schema.origin;
    Fault::input(format!("{origin}: unsupported schema `{value}`, this imgbuild reads {SUPPORTED}"))
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn error(text: &str) -> String {
        check(&Tree::parse(text, Path::new("a.yaml")).unwrap()).unwrap_err().message
    }

    #[test]
    fn another_number_is_refused_before_anything_else() {
        let expected = "a.yaml:2:1: unsupported schema `2`, this imgbuild reads 1";
        assert_eq!(error("nonsense: true\nschema: 2\n"), expected);
        assert!(error("schema: '1'").contains("unsupported schema `\"1\"`"));
        assert!(error("name: x").contains("`schema` is missing"));
        assert!(error("[]").contains("no mapping"));
    }
}
