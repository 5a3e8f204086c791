//! Licences of Debian packages, as far as `debian/copyright` says them in a form that machines read (DEP-5,
//! "Machine-readable debian/copyright file", version 1.0), written as SPDX licence expressions (SPDX 2.3, annex D).
//!
//! Nothing is guessed: what is free prose stays unsaid, and a name that SPDX does not know becomes a `LicenseRef`
//! with the text that the package gives.

mod dep5;
mod expression;
mod names;

use crate::digest::Sha256;
use dep5::Dep5;
use expression::Expression;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a package declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// An SPDX licence expression over all files of the source package.
    pub expression: String,
    /// Licences that SPDX has no identifier for, by the `LicenseRef` that stands for them in the expression.
    pub extracted: BTreeMap<String, Extracted>,
}

/// A licence that SPDX has no identifier for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Extracted {
    /// What the package calls it.
    pub name: String,
    /// What it says.
    pub text: String,
}

impl Licence {
    /// From the text of a `debian/copyright`; `None` if it is not machine-readable.
    pub fn read(copyright: &str) -> Option<Self> {
        let dep5 = Dep5::parse(copyright)?;
        let mut extracted = BTreeMap::new();
        let mut declared = BTreeSet::new();
        for field in &dep5.declared {
            let said = match Expression::parse(&field.name) {
                Some(expression) => {
                    expression.render(true, &mut |name| identifier(name, &field.text, &dep5, &mut extracted))
                }
                // prose where a short name should be: all of it is the licence
                None => identifier("", &[&*field.name, &*field.text].join("\n"), &dep5, &mut extracted),
            };
            declared.insert(said);
        }
        let expression = declared.into_iter().collect::<Vec<_>>().join(" AND ");
        (!expression.is_empty()).then_some(Self { expression, extracted })
    }
}

/// The SPDX identifier for `name`, or a reference to what the package says about it: `text` where the name is used,
/// unless it is explained in a paragraph of its own.
fn identifier(name: &str, text: &str, dep5: &Dep5, extracted: &mut BTreeMap<String, Extracted>) -> String {
    if let Some(known) = names::spdx(name) {
        return known;
    }
    let text = match dep5.texts.get(&name.to_lowercase()) {
        Some(text) => text.clone(),
        None if text.is_empty() => format!("`{name}`, whose text the package does not repeat"),
        None => text.to_owned(),
    };
    let called = if name.is_empty() { "unnamed" } else { name };
    let digest = Sha256::of([called, &text].join("\n")).to_string();
    let id = format!("LicenseRef-{}-{}", plain(called), &digest[..8]);
    extracted.insert(id.clone(), Extracted { name: called.to_owned(), text });
    id
}

/// `name` in the letters that identifiers are made of.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    name.chars().take(48).map(plain).collect::<String>().trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests;
