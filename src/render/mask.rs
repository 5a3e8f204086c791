//! Hides the values of secret fields.

use crate::host::Secrecy;

/// Fields of kubeadm's documents and keepalived's configuration whose values are secrets.
const FIELDS: [&str; 4] = ["token", "tlsBootstrapToken", "certificateKey", "auth_pass"];
const MASK: &str = "<secret>";

/// `content` as anyone may see it; `None` if nobody may.
pub fn visible(content: &str, secrecy: Secrecy) -> Option<String> {
    match secrecy {
        Secrecy::Public => Some(content.to_owned()),
        Secrecy::Fields => Some(content.lines().map(|line| mask(line) + "\n").collect()),
        Secrecy::Secret => None,
    }
}

fn mask(line: &str) -> String {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let (lead, rest) = line.split_at(start);
    let end = rest.find([':', ' ']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    if !FIELDS.contains(&name.trim_matches(['"', '\''])) {
        return line.to_owned();
    }
    let separator = if rest.starts_with(':') { ": " } else { " " };
    format!("{lead}{name}{separator}{MASK}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_fields_are_hidden_in_yaml_and_elsewhere() {
        let shown =
            visible("- token: abc\n  ttl: 2h\n    auth_pass abc\ncertificateKey: \"0\"\n", Secrecy::Fields);
        let expected = "- token: <secret>\n  ttl: 2h\n    auth_pass <secret>\ncertificateKey: <secret>\n";
        assert_eq!(shown.as_deref(), Some(expected));
        assert_eq!(visible("x", Secrecy::Secret), None);
    }
}
