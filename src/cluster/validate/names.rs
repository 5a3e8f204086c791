//! Syntax of names: DNS, network cards, flags, keys.

use crate::document::names::{Checked, is_dns_label, lower, require};
use crate::error::Fault;

/// Whether `text` is DNS labels with dots between them.
pub fn is_dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

/// Name of a cluster, host or pool.
pub fn host(text: &str) -> Checked {
    if text == "localhost" {
        let fault = Fault::input("`localhost` is what every machine calls itself");
        return Err(fault.hint("choose another name: `host01`"));
    }
    let hint = "use at most 63 lower-case letters, digits and `-`, no `-` at an end: `host01`";
    require(is_dns_label(text), text, "name", hint)
}

/// Name of an addon.
pub fn addon(text: &str) -> Checked {
    require(is_dns_label(text), text, "name of an addon", "use lower-case letters, digits and `-`: `calico`")
}

/// Name of a Kubernetes object.
pub fn object(text: &str) -> Checked {
    let hint = "use lower-case letters, digits and `-`: `ingress-nginx`";
    require(is_dns_label(text), text, "name of a Kubernetes object", hint)
}

/// Name of a service's port (RFC 6335, as Kubernetes checks it).
pub fn port(text: &str) -> Checked {
    let hint = "use at most 15 lower-case letters, digits and `-`: `https`";
    require(is_dns_label(text) && text.len() <= 15, text, "name of a port", hint)
}

/// DNS name or domain.
pub fn dns(text: &str) -> Checked {
    require(is_dns_name(text), text, "DNS name", "use DNS labels with dots between them: `cluster.local`")
}

/// Name of a network card: what the kernel takes, without what shells and udev would take apart.
pub fn interface(text: &str) -> Checked {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    let valid = plain && first && text.len() <= 15 && text != "lo";
    require(valid, text, "name of a network card", "use at most 15 letters, digits, `-`, `_` and `.`: `eth0`")
}

/// Flag of a program, without dashes before it.
pub fn flag(text: &str) -> Checked {
    require(lower(text, b"-"), text, "flag", "write its name without the dashes before it: `max-pods`")
}

/// Field of a Kubernetes document.
pub fn field(text: &str) -> Checked {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let valid = first && text.bytes().all(|b| b.is_ascii_alphanumeric());
    require(valid, text, "field", "write it as Kubernetes' documentation does: `maxPods`")
}

/// Public SSH key as a line of `authorized_keys`, without options.
pub fn ssh_key(text: &str) -> Checked {
    const KINDS: [&str; 4] = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"];
    let fault = |what: &str| {
        let hint = "write one line of a `.pub` file: `ssh-ed25519 AAAA… name`";
        Fault::input(format!("this is {what}")).hint(hint)
    };
    if text.contains("PRIVATE KEY") {
        return Err(fault("a private key, which must not be in a definition"));
    }
    let mut words = text.split(' ');
    let kind = words.next().is_some_and(|word| KINDS.iter().any(|kind| word.starts_with(kind)));
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let key = words.next().is_some_and(|word| word.starts_with("AAAA") && word.bytes().all(base64));
    if kind && key && !text.contains(char::is_control) { Ok(()) } else { Err(fault("no public SSH key")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::names::table;

    #[test]
    fn names_are_dns_labels() {
        let long = "a".repeat(64);
        let bad = ["", "Host", "host_1", "-a", "a-", "a.b", "a b", "ä", "a\n", "$(id)", "localhost", &long];
        table(host, &["host01", "0a", "a-b"], &bad);
        table(dns, &["cluster.local", "api.example.org"], &["", ".", "a..b", "a.b.", "a_b.c", "a b"]);
    }

    #[test]
    fn cards_flags_fields() {
        table(
            interface,
            &["eth0", "enp0s3.100", "br-lan"],
            &["", "lo", ".", "-x", "a/b", "a b", "eth0123456789012"],
        );
        table(flag, &["v", "max-pods"], &["", "--v", "-v", "v=2", "Max", "a b"]);
        table(field, &["maxPods"], &["", "MaxPods", "max-pods", "a.b"]);
        table(port, &["http"], &["", "http_1", "averyveryverylong"]);
    }

    #[test]
    fn keys_are_public_and_on_one_line() {
        let good = ["ssh-ed25519 AAAAC3Nz me", "ecdsa-sha2-nistp256 AAAAE2Vj", "ssh-rsa AAAAB3Nz+/= a b"];
        let bad = ["", "ssh-rsa", "ssh-rsa BBBB", "ssh-rsa AAAA\nssh-rsa AAAA", "command=\"x\" ssh-rsa AAAA"];
        table(ssh_key, &good, &bad);
        let private = ssh_key("-----BEGIN OPENSSH PRIVATE KEY-----\nabc").unwrap_err();
        assert!(private.message.contains("a private key") && !private.message.contains("abc"));
    }
}
