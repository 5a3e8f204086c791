//! A document while it is being written: every element once, in order of identifiers.

use super::model::{ExtractedLicence, Package, Relationship};
use crate::digest::Sha256;
use crate::papers::licence::{Extracted, Licence};
use std::collections::{BTreeMap, BTreeSet};

/// Elements and what relates them.
#[derive(Default)]
pub struct Draft {
    packages: BTreeMap<String, Package>,
    relationships: BTreeSet<Relationship>,
    extracted: BTreeMap<String, Extracted>,
}

impl Draft {
    /// Adds `package` unless it is there.
    pub fn add(&mut self, package: Package) {
        self.packages.entry(package.id.clone()).or_insert(package);
    }

    /// Adds `package` as a part of the element `whole`.
    pub fn add_to(&mut self, whole: &str, package: Package) {
        self.relate(whole, "CONTAINS", &package.id);
        self.add(package);
    }

    /// Says that `one` stands in the relation `kind` to `other`.
    pub fn relate(&mut self, one: &str, kind: &str, other: &str) {
        self.relationships.insert(Relationship {
            spdx_element_id: one.into(),
            relationship_type: kind.into(),
            related_spdx_element: other.into(),
        });
    }

    /// The expression of `licence`, whose texts are kept.
    pub fn licence(&mut self, licence: &Licence) -> String {
        self.extracted.extend(licence.extracted.clone());
        licence.expression.clone()
    }

    /// All of it, sorted.
    pub fn finish(self) -> (Vec<Package>, Vec<Relationship>, Vec<ExtractedLicence>) {
        let extracted = self.extracted.into_iter().map(|(license_id, Extracted { name, text })| {
            ExtractedLicence { license_id, name, extracted_text: text }
        });
        (self.packages.into_values().collect(), self.relationships.into_iter().collect(), extracted.collect())
    }
}

/// The identifier of the `kind` of element that is called `name`; of two names never the same.
pub fn id(kind: &str, name: &str) -> String {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    if plain == name {
        return format!("SPDXRef-{kind}-{name}");
    }
    format!("SPDXRef-{kind}-{plain}-{}", &Sha256::of(name).to_string()[..8])
}

/// What identifiers are made of (SPDX 2.3, 3.2).
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_plain_and_differ() {
        assert_eq!(id("deb", "zlib1g"), "SPDXRef-deb-zlib1g");
        let (one, other) = (id("deb", "a_1+2_all"), id("deb", "a_1~2_all"));
        assert!(one.starts_with("SPDXRef-deb-a-1-2-all-") && one != other, "{one} {other}");
        assert!(one.chars().all(is_plain));
    }
}
