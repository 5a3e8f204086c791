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
    use crate::process::foreign;
    use proptest::prelude::*;

    const HOSTILE: [&str; 36] = [
        "",
        " ",
        "a b",
        "it's",
        "'",
        "''",
        "'\\''",
        "\\",
        "\\'",
        "a\\",
        "\"",
        "$x",
        "${x}",
        "$(id)",
        "`id`",
        "$'a'",
        "a\nb",
        "\n",
        "a\\nb",
        "\t",
        "\r\n",
        "-n",
        "--",
        "%s",
        "*",
        "?",
        "[a-z]",
        "{a,b}",
        "~",
        "~root",
        "#a",
        "!!",
        "a;b",
        "a|b&",
        "\u{1}\u{7f}\u{81}",
        "\u{101}\u{2028}\u{1f600}",
    ];

    fn render(text: &str) -> String {
        let mut engine = tera::Tera::default();
        engine.register_filter("shell_quote", filter);
        engine.add_raw_template("t", "{{ x | shell_quote }}").unwrap();
        let mut context = tera::Context::new();
        context.insert("x", text);
        engine.render("t", &context).unwrap()
    }

    /// What `shell` makes of `texts`, each quoted.
    fn read_back(shell: &str, texts: &[&str]) -> Vec<String> {
        let words: Vec<String> = texts.iter().map(|text| quote(text)).collect();
        let script = format!(r"printf '%s\0' {}", words.join(" "));
        let said = foreign(shell).args(["-c", &script]).text().unwrap();
        said.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn quotes() {
        assert_eq!(render("a b"), "'a b'");
        assert_eq!(render("it's $x `y`"), r"'it'\''s $x `y`'");
    }

    #[test]
    fn shells_read_back_hostile_words() {
        for shell in ["sh", "bash"] {
            assert_eq!(read_back(shell, &HOSTILE), HOSTILE, "{shell}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        /// But for NUL, which no argument can have.
        #[test]
        fn a_shell_reads_back_what_was_quoted(
            texts in proptest::collection::vec("([a'\\\\$` \"\n]|[^\\x00]){0,12}", 64)
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(read_back("sh", &texts), texts);
        }
    }
}
