//! Commands as a person can paste them into a shell.

use std::ffi::OsString;

/// The arguments on one line, each quoted if a POSIX shell would not take it as it is.
pub fn command(arguments: impl IntoIterator<Item = OsString>) -> String {
    let quoted: Vec<_> = arguments.into_iter().map(|argument| word(&argument.to_string_lossy())).collect();
    quoted.join(" ")
}

fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=,.:/+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Tool;
    use proptest::prelude::*;

    #[test]
    fn harmless_words_stay_readable() {
        assert_eq!(word("if=virtio,file=/w/disk.qcow2"), "if=virtio,file=/w/disk.qcow2");
        assert_eq!(command(["a b".into(), "".into()]), "'a b' ''");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_shell_reads_back_what_was_quoted(text in r"[ -~]{0,20}") {
            let script = format!("printf %s {}", word(&text));
            prop_assert_eq!(Tool::new("sh").args(["-c", &script]).text().unwrap(), text);
        }
    }
}
