//! Syntax of names that definitions of images and of clusters share, and what checks of names are made of.

use crate::error::Fault;
use crate::text::escaped;

/// What a check of a name says.
pub type Checked = Result<(), Fault>;

/// `text` is fine if `valid`; else it is no `what`, and `hint` says how one looks.
pub fn require(valid: bool, text: &str, what: &str, hint: &str) -> Checked {
    if valid {
        Ok(())
    } else {
        Err(Fault::input(format!("`{}` is no {what}", escaped(text, &[]))).hint(hint))
    }
}

/// Starts with one of `first`, goes on with those or one of `more`; ASCII lower-case letters and digits count
/// as `first`.
pub fn lower(text: &str, more: &[u8]) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.bytes().next().is_some_and(plain) && text.bytes().all(|b| plain(b) || more.contains(&b))
}

/// Whether `text` is a DNS label (RFC 1123): what Kubernetes wants of most names.
pub fn is_dns_label(text: &str) -> bool {
    lower(text, b"-") && !text.ends_with('-') && text.len() <= 63
}

/// Name of an image: DNS labels with dots between them, as it becomes part of file names and of box and AMI names.
pub fn image(text: &str) -> Checked {
    let valid = text.len() <= 128 && text.split('.').all(is_dns_label);
    require(valid, text, "image name", "use lower-case letters, digits, `-` and `.`: `debian-13`")
}

/// A value that must stay on one line.
pub fn line(text: &str) -> Checked {
    let valid = !text.contains(|c: char| c.is_control());
    require(
        valid,
        &text.escape_debug().to_string(),
        "single line",
        "remove line breaks and control characters",
    )
}

/// Asserts which texts `check` takes and which not.
#[cfg(test)]
pub fn table(check: fn(&str) -> Checked, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(check(text).is_ok(), "{text}");
    }
    for text in bad {
        assert!(check(text).is_err(), "{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_name_stays_on_one_line() {
        let error = image("a\nb\u{1b}\"ä").unwrap_err();
        assert_eq!(error.message, "`a\\nb\\u{1b}\"ä` is no image name");
    }

    #[test]
    fn names_of_images() {
        let good = ["a", "debian-12-archive", "k8s.1.36"];
        table(image, &good, &["", "A", "-a", "a-", "a..b", "a/b", "a b", "ä"]);
    }
}
