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
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/images/imgbuild-image.schema.json");
        let hint = "run `imgbuild schema > images/imgbuild-image.schema.json`";
        if crate::environment::variable("UPDATE_GOLDEN").is_some() {
            crate::atomic::write(path.as_ref(), json()).unwrap();
        }
        assert!(fs_err::read_to_string(path).unwrap() == json(), "{path} differs: {hint}");
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
