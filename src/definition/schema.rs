//! The JSON Schema of image definitions.

use super::raw::RawDefinition;
use crate::document;

/// The schema as pretty-printed JSON with a final line break.
pub fn json() -> String {
    document::schema::json::<RawDefinition>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_checked_in_copy_is_current() {
        crate::golden::assert_kept("images/imgbuild-image.schema.json", &json());
    }

    #[test]
    fn the_schema_knows_the_merge_syntax() {
        let schema: Value = serde_json::from_str(&json()).unwrap();
        let base = &schema["$defs"]["RawBase"]["properties"];
        assert_eq!(base["packages+"]["items"]["type"], "string");
        assert_eq!(base["packages"]["type"], json!(["array", "null"]));
        assert!(base.get("kernel+").is_none());
        assert_eq!(schema["properties"]["schema"]["const"], 1);
        assert_eq!(schema["required"], json!(["schema"]));
    }
}
