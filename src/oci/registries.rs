//! Which hosts stand in for a registry, and which are spoken to without encryption: only those that the user
//! names.
//!
//! Everything else knows a registry by the URLs of [`super::manifest_url`] and its neighbours; here they become
//! the URLs that are tried, mirrors first and the registry itself last, as containerd does it.

use super::reference::is_registry;
use crate::error::Fault;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What the registry `docker.io` is called by those who speak to it.
pub(super) const HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");

/// A host that has what a registry has: `docker.io=mirror.example.org/hub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryMirror {
    /// The registry as references name it.
    registry: String,
    /// `https://HOST[:PORT]`, or `http://…` where the user wrote that.
    base: String,
    /// What goes before repositories: empty, or `/hub`.
    prefix: String,
}

/// A registry that is spoken to by plain HTTP: host, and port if it has one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlainRegistry(String);

/// All of both.
#[derive(Debug, Clone, Default)]
pub struct Registries {
    mirrors: BTreeMap<String, Vec<RegistryMirror>>,
    plain: BTreeSet<PlainRegistry>,
}

impl FromStr for RegistryMirror {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let (registry, place) = text.split_once('=').ok_or_else(|| refuse_mirror(text))?;
        let (scheme, place) = place.split_once("://").unwrap_or(("https", place));
        let place = place.trim_end_matches('/');
        let (host, prefix) = place.split_once('/').unwrap_or((place, ""));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let clean =
            |part: &str| part.chars().all(plain) && part.starts_with(|c: char| c.is_ascii_alphanumeric());
        let path = prefix.is_empty() || prefix.split('/').all(clean);
        if !is_registry(registry) || !is_registry(host) || !path || !["http", "https"].contains(&scheme) {
            return Err(refuse_mirror(text));
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        Ok(Self { registry: registry.to_owned(), base: format!("{scheme}://{host}"), prefix })
    }
}

impl FromStr for PlainRegistry {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if is_registry(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Fault::usage(format!("`{}` is no registry", text.escape_debug()))
            .hint("write host and perhaps port: `registry.example.org:5000`"))
    }
}

fn refuse_mirror(text: &str) -> Fault {
    Fault::usage(format!("`{}` is no mirror of a registry", text.escape_debug()))
        .hint("write `REGISTRY=[http://]HOST[:PORT][/PATH]`: `docker.io=mirror.example.org/hub`")
}

impl Registries {
    /// From what the user wrote; mirrors of one registry are tried in their order.
    pub fn new(mirrors: &[RegistryMirror], plain: &[PlainRegistry]) -> Self {
        let mut all = Self { mirrors: BTreeMap::new(), plain: plain.iter().cloned().collect() };
        for mirror in mirrors {
            all.mirrors.entry(mirror.registry.clone()).or_default().push(mirror.clone());
        }
        all
    }

    /// Where to look for what `url`, an `https://HOST/v2/…` of a registry, names; in this order.
    pub fn candidates(&self, url: &str) -> Vec<String> {
        let Some((host, path)) = url.strip_prefix("https://").and_then(|rest| rest.split_once("/v2/")) else {
            return vec![url.to_owned()];
        };
        let registry = if host == HUB.1 { HUB.0 } else { host };
        let mirrors = self.mirrors.get(registry).into_iter().flatten();
        let plain = self.plain.contains(&PlainRegistry(registry.to_owned()));
        let own = if plain { format!("http://{host}/v2/{path}") } else { url.to_owned() };
        mirrors.map(|mirror| format!("{}/v2{}/{path}", mirror.base, mirror.prefix)).chain([own]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://registry-1.docker.io/v2/library/busybox/manifests/1.37";

    fn registries(mirrors: &[&str], plain: &[&str]) -> Registries {
        let mirrors: Vec<RegistryMirror> = mirrors.iter().map(|text| text.parse().unwrap()).collect();
        let plain: Vec<PlainRegistry> = plain.iter().map(|text| text.parse().unwrap()).collect();
        Registries::new(&mirrors, &plain)
    }

    #[test]
    fn nothing_changes_unless_the_user_says_so() {
        assert_eq!(Registries::default().candidates(URL), [URL]);
        let local = "https://127.0.0.1:5000/v2/a/blobs/x";
        assert_eq!(Registries::default().candidates(local), [local]);
    }

    #[test]
    fn mirrors_come_first_and_keep_their_order() {
        let all = registries(&["docker.io=m.example.org/hub", "docker.io=http://n.example.org:5000"], &[]);
        let expected = [
            "https://m.example.org/v2/hub/library/busybox/manifests/1.37",
            "http://n.example.org:5000/v2/library/busybox/manifests/1.37",
            URL,
        ];
        assert_eq!(all.candidates(URL), expected);
        assert_eq!(all.candidates("https://quay.io/v2/a/blobs/x"), ["https://quay.io/v2/a/blobs/x"]);
    }

    #[test]
    fn encryption_is_given_up_for_the_named_host_alone() {
        let all = registries(&[], &["127.0.0.1:5000"]);
        assert_eq!(
            all.candidates("https://127.0.0.1:5000/v2/a/blobs/x"),
            ["http://127.0.0.1:5000/v2/a/blobs/x"]
        );
        assert_eq!(all.candidates("https://127.0.0.1/v2/a/blobs/x"), ["https://127.0.0.1/v2/a/blobs/x"]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "docker.io", "docker.io=", "docker.io=ftp://a", "a/b=c", "a=b/../c", "a=b/c?d", "a=b/@c"]
        {
            assert!(text.parse::<RegistryMirror>().is_err(), "{text}");
        }
        for text in ["", "http://a", "a/b", "a:b", "A"] {
            assert!(text.parse::<PlainRegistry>().is_err(), "{text}");
        }
    }
}
