//! The paragraphs of a machine-readable `debian/copyright`.

use crate::apt::control::{self, Stanza};
use std::collections::BTreeMap;

/// What its header names; older files name drafts of the same format.
const FORMATS: [&str; 3] = ["copyright-format/1.0", "dep5", "dep/deps/dep5"];
/// Bytes that are kept of a licence's text.
const LONGEST_TEXT: usize = 64 << 10;

/// A copyright file.
#[derive(Debug, PartialEq, Eq)]
pub struct Dep5 {
    /// The `License` fields of all paragraphs about files.
    pub declared: Vec<Field>,
    /// Texts by lower-case short name.
    pub texts: BTreeMap<String, String>,
}

/// A `License` field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Its first line: short names.
    pub name: String,
    /// Its other lines.
    pub text: String,
}

impl Dep5 {
    /// `None` if `text` is not machine-readable, or a paragraph about files says nothing of its licence.
    pub fn parse(text: &str) -> Option<Self> {
        let stanzas = control::parse(text).ok()?;
        let format =
            stanzas.first()?.get("Format").or_else(|| stanzas.first()?.get("Format-Specification"))?;
        let format = format.to_lowercase();
        if !FORMATS.iter().any(|known| format.contains(known)) {
            return None;
        }
        let mut dep5 = Self { declared: Vec::new(), texts: BTreeMap::new() };
        for stanza in &stanzas[1..] {
            let field = stanza.get("License").map(Field::of);
            match (stanza.get("Files"), field) {
                (Some(_), Some(field)) if field.name.is_empty() && field.text.is_empty() => return None,
                (Some(_), Some(field)) => dep5.add_declared(field),
                (Some(_), None) => return None,
                (None, Some(field)) => dep5.add_text(&field),
                (None, None) => {}
            }
        }
        dep5.declared.sort();
        dep5.declared.dedup();
        (!dep5.declared.is_empty() || dep5.add_header(&stanzas[0])).then_some(dep5)
    }

    fn add_declared(&mut self, field: Field) {
        self.add_text(&field);
        self.declared.push(field);
    }

    fn add_text(&mut self, field: &Field) {
        if !field.text.is_empty() {
            self.texts.entry(field.name.to_lowercase()).or_insert_with(|| field.text.clone());
        }
    }

    /// A package may say its one licence in the header alone.
    fn add_header(&mut self, header: &Stanza) -> bool {
        let field = header.get("License").map(Field::of).filter(|field| !field.name.is_empty());
        self.declared.extend(field);
        !self.declared.is_empty()
    }
}

impl Field {
    fn of(value: &str) -> Self {
        let (name, rest) = value.split_once('\n').unwrap_or((value, ""));
        let lines = rest.lines().map(|line| match line.trim() {
            "." => "",
            _ => line.strip_prefix(' ').unwrap_or(line).trim_end(),
        });
        let mut text = lines.collect::<Vec<_>>().join("\n");
        let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        Self { name: name.trim().to_owned(), text }
    }
}
