//! A YAML document as a tree in which every value knows where it was written, so that errors found after
//! merging several files still name the file, line and column of the value at fault.

use crate::Result;
use crate::error::Fault;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file, as the user or an `extends` named it.
    pub file: Arc<PathBuf>,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A value and its origin. The origin of a mapping's value is that of its key.
#[derive(Debug, Clone)]
pub struct Tree {
    /// What is there.
    pub node: Node,
    /// Where it was written.
    pub origin: Origin,
}

/// A YAML value.
#[derive(Debug, Clone)]
pub enum Node {
    /// Null, a boolean, a number or a string.
    Scalar(Value),
    /// A sequence.
    List(Vec<Tree>),
    /// A mapping.
    Map(BTreeMap<String, Tree>),
}

impl Tree {
    /// Parses `text`, which was read from `file`. Duplicate keys are refused.
    pub fn parse(text: &str, file: &Path) -> Result<Self> {
        let options = serde_yaml::options! { strict_booleans: true };
        let parsed: Spanned<Parsed> =
            serde_yaml::from_str_with_options(text, options).map_err(|error| invalid_yaml(&error, file))?;
        Ok(located(parsed, &Arc::new(file.to_owned())))
    }

    /// Takes out the value at `key`, if this is a mapping that has it.
    pub fn remove(&mut self, key: &str) -> Option<Tree> {
        match &mut self.node {
            Node::Map(map) => map.remove(key),
            _ => None,
        }
    }

    /// Whether this is an explicit or implied null.
    pub fn is_null(&self) -> bool {
        matches!(self.node, Node::Scalar(Value::Null))
    }

    /// The same value without origins.
    pub fn to_json(&self) -> Value {
        match &self.node {
            Node::Scalar(value) => value.clone(),
            Node::List(items) => items.iter().map(Tree::to_json).collect(),
            Node::Map(map) => map.iter().map(|(key, value)| (key.clone(), value.to_json())).collect(),
        }
    }
}

/// What the parser says to programmers, and what that means for who writes YAML.
const IN_OTHER_WORDS: [(&str, &str); 6] = [
    (", set DuplicateKeyPolicy in Options if acceptable", ""),
    ("; use from_str_multiple or from_str_multiple_with_options", ""),
    ("cannot deserialize null into string; use Option<String>", "a key is empty"),
    ("expected string scalar", "a key is no text"),
    ("recursive references require weak recursion types", "an anchor contains itself"),
    ("budget breached", "more than is read of a definition"),
];

/// The parser's message with its excerpt, which knows no file name.
fn invalid_yaml(error: &serde_yaml::Error, file: &Path) -> Fault {
    let file = file.display().to_string();
    let mut shown = error.to_string().replace("<input>", &file);
    for (from, to) in IN_OTHER_WORDS {
        shown = shown.replace(from, to);
    }
    let shown = shown.strip_prefix("error: ").unwrap_or(&shown).trim_end();
    Fault::input(format!("`{file}` is no valid YAML: {shown}")).hint(hint(shown))
}

fn hint(shown: &str) -> &'static str {
    if shown.contains("multiple YAML documents") {
        "write one definition a file, without a second `---`"
    } else if shown.contains("duplicate mapping key") {
        "correct the place that is shown; a key may be there only once"
    } else {
        "correct the place that is shown"
    }
}

fn located(parsed: Spanned<Parsed>, file: &Arc<PathBuf>) -> Tree {
    let origin = origin(&parsed, file);
    let node = match parsed.value {
        Parsed::Scalar(value) => Node::Scalar(value),
        Parsed::List(items) => Node::List(items.into_iter().map(|item| located(item, file)).collect()),
        Parsed::Map(entries) => Node::Map(entries.into_iter().map(|e| located_entry(e, file)).collect()),
    };
    Tree { node, origin }
}

fn located_entry((key, value): (Spanned<String>, Spanned<Parsed>), file: &Arc<PathBuf>) -> (String, Tree) {
    let origin = origin(&key, file);
    (key.value, Tree { origin, ..located(value, file) })
}

fn origin<T>(spanned: &Spanned<T>, file: &Arc<PathBuf>) -> Origin {
    let at = spanned.referenced;
    Origin { file: Arc::clone(file), line: at.line(), column: at.column() }
}

/// What serde hands over, before the file is known.
enum Parsed {
    Scalar(Value),
    List(Vec<Spanned<Parsed>>),
    Map(Vec<(Spanned<String>, Spanned<Parsed>)>),
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ParsedVisitor)
    }
}

struct ParsedVisitor;

impl<'de> Visitor<'de> for ParsedVisitor {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        Parsed::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Parsed, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Parsed::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Parsed, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Parsed::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Tree> {
        Tree::parse(text, Path::new("a.yaml"))
    }

    /// The value at `keys`.
    fn at<'a>(tree: &'a Tree, keys: &[&str]) -> &'a Tree {
        keys.iter().fold(tree, |tree, key| match &tree.node {
            Node::Map(map) => &map[*key],
            Node::List(items) => &items[key.parse::<usize>().unwrap()],
            Node::Scalar(_) => panic!("{key} of a scalar"),
        })
    }

    #[test]
    fn every_value_knows_its_line() {
        let tree = parse("a: 1\nb:\n  - x\n  - c: {d: yes}\n").unwrap();
        assert_eq!(at(&tree, &["b"]).origin.to_string(), "a.yaml:2:1");
        assert_eq!(at(&tree, &["b", "0"]).origin.to_string(), "a.yaml:3:5");
        assert_eq!(at(&tree, &["b", "1", "c", "d"]).origin.to_string(), "a.yaml:4:9");
        assert_eq!(tree.to_json(), serde_json::json!({"a": 1, "b": ["x", {"c": {"d": "yes"}}]}));
    }

    #[test]
    fn syntax_errors_and_duplicate_keys_show_the_place() {
        for (text, place) in [("a: [1\n", "a.yaml:1:4"), ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1")] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with("`a.yaml` is no valid YAML: line"), "{error}");
            assert!(error.contains(place), "{error}");
        }
        assert!(parse("a: 1\nb: 2\na: 3\n").unwrap_err().to_string().contains("duplicate"));
    }

    #[test]
    fn the_parser_says_nothing_of_its_own_functions() {
        for text in ["a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "~: 1\n", "? {a: b}\n: 3\n", "a: &b [*b]\n"] {
            let error = parse(text).unwrap_err().to_string();
            for word in ["Policy", "from_str", "Option<", "scalar", "weak"] {
                assert!(!error.contains(word), "{error}");
            }
        }
        let two = parse("a: 1\n---\nb: 2\n").unwrap_err();
        assert!(crate::error::hint(&two).unwrap().contains("one definition a file"));
    }
}
