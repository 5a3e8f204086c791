//! One line that says why a program failed, from all that it said.

use crate::kube::token;

/// Most characters of a reason.
const LONGEST: usize = 500;
/// Shown for what nobody may read.
const HIDDEN: &str = "<secret>";

/// The line of `said` that tells a person why the program failed, without secrets.
pub fn of(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !is_noise(line)).collect();
    let preflight: Vec<&str> = lines.iter().copied().filter(|line| line.starts_with("[ERROR")).collect();
    let reason = if preflight.is_empty() {
        let error = lines.iter().rev().find(|line| line.to_ascii_lowercase().starts_with("error"));
        error.or(lines.last()).copied().unwrap_or_default().to_owned()
    } else {
        preflight.join("; ")
    };
    redact(&reason).chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

fn is_noise(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("To see the stack trace of this error")
        || line.starts_with("[preflight] If you know what you are doing")
}

/// `text` with bootstrap tokens and keys of 32 bytes (such as kubeadm's certificate key) hidden. Digests, which
/// are as long but no secret, are known by the `sha256:` before them.
pub fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_word(c)).unwrap_or(word.len()));
        redacted.push_str(before);
        let digest = redacted.ends_with("sha256:");
        redacted.push_str(if is_token(word) || (is_key(word) && !digest) { HIDDEN } else { word });
        rest = after;
    }
    redacted.push_str(rest);
    redacted
}

/// Tokens hold a full stop, so it belongs to words; one at the end of a sentence does no harm.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.'
}

fn is_token(word: &str) -> bool {
    token::parts(word.trim_matches('.')).is_some()
}

fn is_key(word: &str) -> bool {
    let word = word.trim_matches('.');
    word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_line_is_the_reason() {
        let said = "W1123 warning\nerror execution phase x: no space left\nTo see the stack trace of this error execute with --v=5 or higher\n";
        assert_eq!(of(said), "error execution phase x: no space left");
        assert_eq!(of("curl: (7) Failed to connect\n"), "curl: (7) Failed to connect");
        assert_eq!(of(""), "");
    }

    #[test]
    fn all_errors_of_preflight_are_the_reason() {
        let said = "error execution phase preflight: [preflight] Some fatal errors occurred:\n\t[ERROR Swap]: swap is on\n\t[ERROR CRI]: no runtime\n[preflight] If you know what you are doing, you can make a check non-fatal\n";
        assert_eq!(of(said), "[ERROR Swap]: swap is on; [ERROR CRI]: no runtime");
    }

    #[test]
    fn secrets_are_hidden_and_digests_are_not() {
        let key = "5a7e07816958efb97635e9a66256adb1".repeat(2);
        let text = format!("token abcdef.0123456789abcdef. key {key}, pin sha256:{key} v1.20.2");
        let expected = format!("token {HIDDEN} key {HIDDEN}, pin sha256:{key} v1.20.2");
        assert_eq!(redact(&text), expected);
        assert_eq!(redact("\"abcdef.0123456789abcdef\""), format!("\"{HIDDEN}\""));
    }

    proptest::proptest! {
        #[test]
        fn a_token_never_passes(before in "[^a-z0-9A-Z.]{0,5}", after in "[^a-zA-Z0-9]{0,9}") {
            let text = format!("{before}abcdef.0123456789abcdef{after}");
            proptest::prop_assert!(!redact(&text).contains("0123456789abcdef"));
        }
    }
}
