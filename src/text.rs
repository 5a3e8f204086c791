//! Types that files keep as one text, and strangers' texts in messages.

/// The conversions that `#[serde(try_from = "String", into = "String")]` on a type asks for, by its `FromStr`, whose
/// error is [`crate::error::Fault`], and its `Display`.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl TryFrom<String> for $name {
            type Error = crate::error::Fault;

            fn try_from(text: String) -> Result<Self, crate::error::Fault> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

pub(crate) use serde_as_text;

/// `text` with its control characters, but not those in `kept`, as they are written in quotes: no terminal obeys them.
pub fn escaped(text: &str, kept: &[char]) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && !kept.contains(&c) {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// `text` of a stranger for messages: no control characters, not endless.
pub fn shown(text: &str) -> String {
    const CHARACTERS: usize = 100;
    let mut shown: String = text.escape_debug().take(CHARACTERS).collect();
    if shown.chars().count() == CHARACTERS {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_nothing_else_is_changed() {
        assert_eq!(escaped("\u{1b}[31mé\u{9b}\"\r\n", &['\n']), "\\u{1b}[31mé\\u{9b}\"\\r\n");
        assert_eq!(escaped("a\nb", &[]), "a\\nb");
    }
}
