//! Names of images: `[registry/]repository[:tag][@digest]` (distribution, `reference/regexp.go`).
//!
//! A reference becomes part of URLs, so nothing passes but what the grammar names: no `..`, no escapes, no
//! user, no query.

use crate::digest::Sha256;
use crate::error::Fault;
use crate::text::shown;
use std::fmt;
use std::str::FromStr;

/// Where images without a registry are.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Where images of [`DEFAULT_REGISTRY`] without a folder are.
const DEFAULT_FOLDER: &str = "library";
/// Bytes of a whole reference; a repository of 255, a tag of 128, a digest of 71 and a host fit in.
const LONGEST: usize = 768;

/// A parsed reference; displays in full: `docker.io/library/busybox:1.37`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Sha256>,
}

impl Reference {
    /// Host and perhaps port, as people write it: `docker.io`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Path within the registry.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of manifest or index, if there is one.
    pub fn digest(&self) -> Option<Sha256> {
        self.digest
    }
}

impl FromStr for Reference {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(refuse(text, "it is too long"));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(parse_digest(digest).ok_or_else(|| refuse_digest(text))?)),
            None => (text, None),
        };
        // A colon before the last slash is that of a port.
        let (name, tag) = match rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
            Some((name, tag)) => (name, Some(tag.to_owned())),
            None => (rest, None),
        };
        let (registry, repository) = split_registry(name);
        let whole = Self { registry, repository, tag, digest };
        whole.check().map_err(|why| refuse(text, why))?;
        Ok(whole)
    }
}

impl Reference {
    fn check(&self) -> Result<(), &'static str> {
        if !is_registry(&self.registry) {
            return Err("its registry is no lower-case host name");
        }
        if self.repository.len() > 255 || !self.repository.split('/').all(is_component) {
            return Err("its repository is not made of lower-case letters, digits and single separators");
        }
        if !self.tag.as_deref().is_none_or(is_tag) {
            return Err("its tag is not made of at most 128 letters, digits, `_`, `-` and `.`");
        }
        Ok(())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.digest.iter().try_for_each(|digest| write!(f, "@{}", digest.prefixed()))
    }
}

fn parse_digest(text: &str) -> Option<Sha256> {
    text.strip_prefix("sha256:")?.parse().ok()
}

/// The first component is a registry if it could not be a folder.
fn split_registry(name: &str) -> (String, String) {
    let is_registry = |first: &str| first.contains(['.', ':']) || first == "localhost";
    let (registry, path) = match name.split_once('/') {
        Some((first, path)) if is_registry(first) => (first, path),
        _ => (DEFAULT_REGISTRY, name),
    };
    let registry = if registry == "index.docker.io" { DEFAULT_REGISTRY } else { registry };
    let path = if registry == DEFAULT_REGISTRY && !path.contains('/') {
        format!("{DEFAULT_FOLDER}/{path}")
    } else {
        path.to_owned()
    };
    (registry.to_owned(), path)
}

/// Whether this is a host in lower case, perhaps with a port.
pub(super) fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let digits = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let port = port.is_none_or(|port| digits(port) && port.parse::<u16>().is_ok_and(|port| port > 0));
    port && host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|b| is_lower(b) || b == b'-');
    !text.is_empty() && text.len() <= 63 && inner && !text.starts_with('-') && !text.ends_with('-')
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(text: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_some_and(is_lower);
    let separator = |part: &str| matches!(part, "" | "." | "_" | "__") || part.bytes().all(|b| b == b'-');
    ends(text.bytes().next())
        && ends(text.bytes().last())
        && text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).all(separator)
}

fn is_tag(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|b| plain(b) || b == b'.' || b == b'-')
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn refuse(text: &str, why: &str) -> Fault {
    Fault::input(format!("`{}` is no image reference: {why}", shown(text)))
        .hint("write registry, path and tag: `docker.io/library/busybox:1.37`")
}

fn refuse_digest(text: &str) -> Fault {
    Fault::input(format!("`{}` has a digest that is not sha256", shown(text)))
        .hint("write `@sha256:` and 64 lower-case hex digits")
}

#[cfg(test)]
mod tests;
