//! What a field may hold.

use crate::error::Fault;
use serde_json::Value;

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// Text as Go writes durations: `1h30m0s`.
    Duration,
    /// Anything.
    Any,
    /// A list of such.
    List(&'static Shape),
    /// Any keys with such values.
    Map(&'static Shape),
    /// These fields and no others.
    Object(&'static [(&'static str, Shape)]),
}

impl Shape {
    /// Refuses a `value` at `path` that has another shape.
    pub fn check(self, path: &str, value: &Value) -> Result<(), Fault> {
        match (self, value) {
            (Self::Any, _)
            | (Self::Text, Value::String(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Number, Value::Number(_)) => Ok(()),
            (Self::Duration, Value::String(text)) if is_duration(text) => Ok(()),
            (Self::List(shape), Value::Array(values)) => {
                let mut numbered = values.iter().enumerate();
                numbered.try_for_each(|(index, value)| shape.check(&format!("{path}[{index}]"), value))
            }
            (Self::Map(shape), Value::Object(values)) => {
                values.iter().try_for_each(|(name, value)| shape.check(&join(path, name), value))
            }
            (Self::Object(fields), Value::Object(values)) => {
                values.iter().try_for_each(|(name, value)| field(fields, path, name, value))
            }
            _ => Err(wrong(path, &format!("must be {}", self.name()))),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Duration => "a duration such as `1h30m0s`",
            Self::Any => "anything",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Object(_) => "a mapping",
        }
    }
}

fn field(fields: &[(&str, Shape)], path: &str, name: &str, value: &Value) -> Result<(), Fault> {
    let path = join(path, name);
    match fields.iter().find(|(known, _)| *known == name) {
        Some((_, shape)) => shape.check(&path, value),
        None => Err(wrong(&path, "is no field of this version")),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn wrong(path: &str, what: &str) -> Fault {
    Fault::input(format!("`{path}` {what}"))
}

/// Whole numbers with units, as `time.ParseDuration` reads them; fractions are not written here.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 6] = ["ns", "us", "ms", "s", "m", "h"];
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let unit = after.len() - after.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
        if number.is_empty() || !(UNITS.contains(&&after[..unit])) {
            return false;
        }
        rest = &after[unit..];
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_value_is_named_with_its_place() {
        const SHAPE: Shape = Shape::Object(&[("a", Shape::List(&Shape::Object(&[("b", Shape::Text)])))]);
        assert!(SHAPE.check("", &json!({"a": [{"b": "x"}]})).is_ok());
        let error = |value| SHAPE.check("", &value).unwrap_err().to_string();
        assert_eq!(error(json!({"a": [{"b": "x"}, {"b": true}]})), "`a[1].b` must be text");
        assert_eq!(error(json!({"a": [{"c": 1}]})), "`a[0].c` is no field of this version");
        assert_eq!(error(json!({"a": null})), "`a` must be a list");
    }

    #[test]
    fn durations_have_units() {
        for (text, valid) in
            [("1h30m0s", true), ("20ms", true), ("", false), ("5", false), ("1d", false), ("m", false)]
        {
            assert_eq!(is_duration(text), valid, "{text}");
        }
    }
}
