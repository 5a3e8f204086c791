//! Short names joined by `and`, `or` and commas: a comma binds less than what stands between commas.

/// A licence, or several of which all or one applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// One short name, perhaps `with` an exception.
    Name(String),
    /// All apply.
    All(Vec<Expression>),
    /// One applies, whichever the user likes.
    Any(Vec<Expression>),
}

/// Separators from the one that binds least to the one that binds most; true if one of its sides is enough.
const SEPARATORS: [(&str, bool); 4] = [(", or ", true), (", and ", false), (" or ", true), (" and ", false)];

impl Expression {
    /// Parses the first line of a `License` field; `None` if it is prose and not short names.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::level(&text, &SEPARATORS)
    }

    fn level(text: &str, separators: &[(&str, bool)]) -> Option<Self> {
        let Some(((separator, any), tighter)) = separators.split_first() else { return Self::name(text) };
        let mut parts =
            text.split(separator).map(|part| Self::level(part, tighter)).collect::<Option<Vec<_>>>()?;
        Some(match parts.len() {
            1 => parts.remove(0),
            _ if *any => Self::Any(parts),
            _ => Self::All(parts),
        })
    }

    fn name(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', ',']);
        let words: Vec<&str> = text.split(' ').collect();
        let with = words.len() > 2 && words.len() < 7 && words[1].eq_ignore_ascii_case("with");
        let is_name = !text.is_empty() && (words.len() == 1 || with);
        is_name.then(|| Self::Name(text.to_owned()))
    }

    /// In SPDX's words, with `identifier` for each name; in brackets where it would read otherwise `inside` of
    /// a list of which all apply.
    pub fn render(&self, inside: bool, identifier: &mut dyn FnMut(&str) -> String) -> String {
        match self {
            Self::Name(name) => bracketed(identifier(name), inside),
            Self::All(parts) => joined(parts, " AND ", true, identifier),
            Self::Any(parts) => bracketed(joined(parts, " OR ", false, identifier), inside),
        }
    }
}

fn joined(
    parts: &[Expression],
    separator: &str,
    inside: bool,
    identifier: &mut dyn FnMut(&str) -> String,
) -> String {
    parts.iter().map(|part| part.render(inside, identifier)).collect::<Vec<_>>().join(separator)
}

/// A name may stand for a choice itself.
fn bracketed(text: String, inside: bool) -> String {
    if inside && text.contains(" OR ") { format!("({text})") } else { text }
}
