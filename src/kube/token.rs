//! Bootstrap tokens (`k8s.io/cluster-bootstrap/token/api`, `BootstrapTokenPattern`).

/// Length of the public part.
pub const ID: usize = 6;
/// Length of the secret part.
pub const SECRET: usize = 16;

/// Public and secret part of `text`, `[a-z0-9]{6}.[a-z0-9]{16}`; `None` if it is no token.
pub fn parts(text: &str) -> Option<(&str, &str)> {
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let (id, secret) = text.split_once('.')?;
    let valid = id.len() == ID && secret.len() == SECRET && plain(id) && plain(secret);
    valid.then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_two_parts_of_their_length() {
        assert_eq!(parts("abcde0.0123456789abcdef"), Some(("abcde0", "0123456789abcdef")));
        for text in [
            "",
            "abcdef",
            "abcdef.",
            "abcde.0123456789abcdef",
            "abcdef.0123456789abcde",
            "abcdef.0123456789abcdef0",
            "abcdef.0123456789abcdef.",
            ".abcdef.0123456789abcdef",
            "abcdef.01234567.9abcdef",
            "Abcdef.0123456789abcdef",
            "abcdéf.0123456789abcdef",
            "abcdef.0123456789abcdef\n",
        ] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }
}
