//! The filter `shell_quote`: a value as one word of a POSIX shell.

use tera::{Kwargs, State, TeraResult, Value};

/// `{{ value | shell_quote }}`; only for strings and numbers.
#[allow(clippy::needless_pass_by_value)] // the signature is Tera's
pub fn filter(value: Value, _: Kwargs, _: &State) -> TeraResult<String> {
    if value.is_string() || value.is_number() {
        Ok(quote(&value.to_string()))
    } else {
        Err(tera::Error::message(format!("`shell_quote` takes a string or a number, not {}", value.name())))
    }
}

/// `text` as one word (POSIX 2.2.2).
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn render(text: &str) -> String {
        let mut engine = tera::Tera::default();
        engine.register_filter("shell_quote", filter);
        engine.add_raw_template("t", "{{ x | shell_quote }}").unwrap();
        let mut context = tera::Context::new();
        context.insert("x", text);
        engine.render("t", &context).unwrap()
    }

    /// What a shell makes of a single-quoted word.
    fn unquote(word: &str) -> String {
        word.split(r"'\''").collect::<Vec<_>>().join("'")
    }

    #[test]
    fn quotes() {
        assert_eq!(render("a b"), "'a b'");
        assert_eq!(render("it's $x `y`"), r"'it'\''s $x `y`'");
    }

    proptest! {
        #[test]
        fn a_shell_reads_back_what_was_quoted(text in "[a'\\\\$` \"\n]{0,12}") {
            let quoted = quote(&text);
            prop_assert_eq!(unquote(&quoted[1..quoted.len() - 1]), text);
        }
    }
}
