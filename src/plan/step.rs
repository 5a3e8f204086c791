//! One step: a name for people, inputs for the key.

use crate::digest::Sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The input that stands for imgbuild's own sources and dependencies.
pub const IMGBUILD: &str = "imgbuild itself";

/// What goes into a step: a name that a person recognises, and a digest or short value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs(BTreeMap<String, String>);

impl Inputs {
    /// No inputs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an input.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl std::fmt::Display) -> Self {
        self.add(name, value);
        self
    }

    /// Adds an input that is too long to be shown, by its digest.
    #[must_use]
    pub fn with_digest(self, name: impl Into<String>, value: &impl Serialize) -> Self {
        self.with(name, digest(value))
    }

    /// Adds an input.
    pub fn add(&mut self, name: impl Into<String>, value: impl std::fmt::Display) {
        self.0.insert(name.into(), value.to_string());
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the input `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names of all inputs that are not the same in `earlier`, sorted.
    pub fn changed_since(&self, earlier: &Inputs) -> Vec<String> {
        let names: std::collections::BTreeSet<&String> = self.0.keys().chain(earlier.0.keys()).collect();
        names.into_iter().filter(|name| self.0.get(*name) != earlier.0.get(*name)).cloned().collect()
    }

    fn key(&self, kind: &str) -> Sha256 {
        digest(&(kind, &self.0))
    }
}

fn digest(value: &impl Serialize) -> Sha256 {
    // a mistake in this very program; taken as empty, any two such inputs would be the same
    let json = serde_json::to_vec(value).unwrap_or_else(|error| panic!("an input that is no JSON: {error}"));
    Sha256::of(json)
}

/// A step of a bake.
#[derive(Debug, Clone)]
pub struct Step {
    /// What a person calls it: `tools root`, `stage kubernetes`.
    pub name: String,
    /// Folder of its results in the cache: `tools`, `loaders`, `root`, `stage`, `archive`, `image`, `disk`.
    pub kind: &'static str,
    /// What goes in.
    pub inputs: Inputs,
    /// Digest of kind and inputs.
    pub key: Sha256,
}

impl Step {
    /// A step with its key.
    pub fn new(kind: &'static str, name: impl Into<String>, inputs: Inputs) -> Self {
        let key = inputs.key(kind);
        Self { name: name.into(), kind, inputs, key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_kind_names_and_values() {
        let inputs = Inputs::new().with("a", 1).with("b", 2);
        let key = |kind, inputs: &Inputs| Step::new(kind, "x", inputs.clone()).key;
        assert_eq!(key("k", &inputs), key("k", &Inputs::new().with("b", 2).with("a", 1)));
        assert_ne!(key("k", &inputs), key("l", &inputs));
        assert_ne!(key("k", &inputs), key("k", &inputs.clone().with("a", 2)));
    }

    #[test]
    #[should_panic(expected = "an input that is no JSON: key must be a string")]
    fn what_has_no_digest_is_no_input() {
        let _ = Inputs::new().with_digest("a", &BTreeMap::from([((1, 2), 3)]));
    }

    #[test]
    fn says_what_changed() {
        let earlier = Inputs::new().with("a", 1).with("b", 2).with("c", 3);
        let now = Inputs::new().with("a", 1).with("b", 9).with("d", 4);
        assert_eq!(now.changed_since(&earlier), ["b", "c", "d"]);
    }
}
