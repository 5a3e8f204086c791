//! The JSON Schema of definition files, for editors and for `imgbuild schema`.
//!
//! It is derived from the raw structs, then taught the merge syntax that the structs never see: a value may be
//! `null`, and a list may also be written as `key+`.

use super::Raw;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value, json};

/// The schema as pretty-printed JSON with a final line break.
pub fn json<R: Raw>() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<R>();
    RecursiveTransform(add_merge_syntax).transform(&mut schema);
    format!("{:#}\n", schema.to_value())
}

fn add_merge_syntax(schema: &mut Schema) {
    schema.get_mut("additionalProperties").into_iter().for_each(allow_null);
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let lists: Vec<(String, Value)> = properties.iter().filter_map(appending).collect();
    properties.values_mut().for_each(drop_default);
    properties.iter_mut().filter(|(key, _)| *key != "schema").for_each(|(_, value)| allow_null(value));
    properties.extend(lists);
}

/// For a list `key`, the property `key+`.
fn appending((key, value): (&String, &Value)) -> Option<(String, Value)> {
    let items = value.get("items")?;
    let description = format!("Appended to the inherited `{key}`.");
    Some((format!("{key}+"), json!({ "description": description, "type": "array", "items": items })))
}

/// Defaults of the raw structs are not what users get, so they are left to the descriptions.
fn drop_default(property: &mut Value) {
    property.as_object_mut().map(|object| object.remove("default"));
}

fn allow_null(property: &mut Value) {
    let Some(object) = property.as_object_mut() else { return };
    match object.get("type") {
        Some(Value::String(kind)) => {
            let kinds = json!([kind, "null"]);
            object.insert("type".to_owned(), kinds);
        }
        Some(_) => {}
        None => wrap_reference(object),
    }
}

/// `{$ref}` becomes `{anyOf: [{$ref}, null]}`.
fn wrap_reference(object: &mut Map<String, Value>) {
    if let Some(reference) = object.remove("$ref") {
        object.insert("anyOf".to_owned(), json!([{ "$ref": reference }, { "type": "null" }]));
    }
}
